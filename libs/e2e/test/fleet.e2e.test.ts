import { expect, test } from 'vitest';
import { SimulatedFleet, startHouse, until } from '../src/index.ts';

const planes = 200;
const changes = 5;
const memoryMaxMiB = 300;

test(`${planes} data planes of one control plane acknowledge every change, and it stays below ${memoryMaxMiB} MiB`, async () => {
  await using house = await startHouse();
  await using fleet = await SimulatedFleet.start(`127.0.0.1:${house.ports.grpc}`, planes);
  for (let i = 0; i < changes; i += 1) {
    await house.admin.put(`routes/r${i}`, { uri: `/r/${i}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
    await fleet.untilAll((await house.admin.group()).revision);
  }

  const head = await house.admin.group();
  const upToDate = async (): Promise<boolean> => {
    const { body } = await house.admin.call('GET', '/api/v1/groups/default/instances');
    const { list } = body as { list: { status: string; applied_revision: number; digest_ok: boolean }[] };
    const good = list.filter(
      (one) => one.applied_revision === head.revision && one.digest_ok && one.status === 'healthy',
    );
    if (good.length === planes + 1) return true;
    throw new Error(`${good.length} of ${list.length} instances are healthy and up to date.`);
  };
  await until(upToDate, 'All of the fleet shown as up to date');
  expect((await house.controlPlane.memoryMiB()).most).toBeLessThan(memoryMaxMiB);
});
