import { expect, test } from 'vitest';
import { startHouse } from '../src/index.ts';

const clients = 20;
const writesEach = 100;

test('2,000 writes of 20 clients at once give gapless revisions, lose none, and arrive on the data plane', async () => {
  await using house = await startHouse();
  const first = (await house.admin.group()).revision;

  const client = async (name: number) => {
    for (let i = 0; i < writesEach; i += 1) {
      const id = `c${name}-${i}`;
      await house.admin.put(`routes/${id}`, { uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));

  const served = await house.untilInSync();
  const numbers = (await house.admin.revisions()).map(({ number }) => number).toReversed();
  expect(numbers).toEqual(Array.from({ length: first + clients * writesEach }, (_, i) => i + 1));
  expect(served.resource_count).toBe(clients * writesEach);
});
