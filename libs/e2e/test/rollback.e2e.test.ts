import { expect, test } from 'vitest';
import { startHouse } from '../src/index.ts';

const upstream = { nodes: { '127.0.0.1:1980': 1 } };

test('rolling back a revision of 1,000 routes is one revision, gives the old digest, and is live', async () => {
  await using house = await startHouse();
  await house.admin.put('routes/kept', { uri: '/kept', upstream });
  const before = await house.admin.group();
  const changes = Array.from({ length: 1_000 }, (_, i) => ({
    op: 'put',
    kind: 'route',
    id: `bulk-${i}`,
    value: { uri: `/bulk/${i}`, upstream },
  }));
  const bulk = await house.admin.changeSet(changes);
  expect(bulk).toBe(before.revision + 1);
  expect((await house.untilInSync()).resource_count).toBe(1_001);

  const rolledBack = await house.admin.rollback(before.revision);

  expect(rolledBack).toBe(bulk + 1);
  const served = await house.untilInSync();
  expect(served.digest).toBe(before.digest);
  expect(served.resource_count).toBe(1);
  expect((await fetch(`${house.proxyUrl}/bulk/1`)).status).toBe(404);
});
