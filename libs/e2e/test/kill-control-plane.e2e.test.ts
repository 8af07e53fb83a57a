// oxlint-disable-next-line no-restricted-imports -- Not waiting for something, but the random moment of the kill.
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { startHouse } from '../src/index.ts';

const rounds = 20;
const seed = Number(process.env.SLUICE_TEST_SEED ?? 20_260_101);

test(`no acknowledged write is lost when the control plane is killed at ${rounds} random moments (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  await using house = await startHouse();
  const acknowledged = new Set<string>();

  for (let round = 0; round < rounds; round += 1) {
    const writer = async (name: number) => {
      for (let i = 0; house.controlPlane.isRunning; i += 1) {
        const id = `r${round}-${name}-${i}`;
        const route = { uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } };
        await house.admin.put(`routes/${id}`, route).then(
          () => acknowledged.add(id),
          // The write that the kill cuts off is not acknowledged: it may or may not be there.
          () => undefined,
        );
      }
    };
    const writers = [0, 1, 2, 3].map(writer);
    await pause(random.below(60));
    await house.controlPlane.end('SIGKILL');
    await Promise.all(writers);
    await house.startControlPlane();
  }

  const served = await house.untilInSync();
  const numbers = (await house.admin.revisions()).map(({ number }) => number).toReversed();
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  expect(served.resource_count).toBeGreaterThanOrEqual(acknowledged.size);
  for (const id of acknowledged) {
    expect((await house.admin.call('GET', `/apisix/admin/routes/${id}`)).status, id).toBe(200);
  }
});
