import { SimulatedFleet } from '../fleet/simulated-fleet.ts';
import { startHouse } from '../house/house.ts';
import { ms, percentile, reportTimes } from './figures.ts';

const PLANES = 200;
const WRITES = 50;
const ROUTES = 10_000;
const GOAL_MS = 1_000;
const GOAL_MIB = 300;

/**
 * One control plane with 200 data planes: how long after a write was sent each of them has acknowledged it, and how much
 * memory the control plane takes; then the same of 10,000 routes at once, without a goal: most of that is the time that this
 * process takes to read two million of them. They are simulated in this process, on a connection each, and report as real ones do.
 */
await using house = await startHouse({ SLUICE_ACCESS_LOG: 'off' });
const connecting = performance.now();
await using fleet = await SimulatedFleet.start(`127.0.0.1:${house.ports.grpc}`, PLANES);
console.log(`${PLANES} data planes connected and configured after ${ms(performance.now() - connecting)}`);

const acknowledged: number[] = [];
for (let i = 0; i < WRITES; i += 1) {
  const sent = performance.now();
  await house.admin.put(`routes/r${i}`, { uri: `/r/${i}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
  const times = await fleet.untilAll(i + 1);
  acknowledged.push(...times.map((at) => at - sent));
}
reportTimes(`write sent -> acknowledged by each of ${PLANES}`, acknowledged);
const memory = await house.controlPlane.memoryMiB();
console.log(`control plane: ${memory.now.toFixed(0)} MiB, at most ${memory.most.toFixed(0)} MiB`);

const routes = Array.from({ length: ROUTES }, (_, i) => {
  const value = { uri: `/bulk/${i}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } };
  return { op: 'put', kind: 'route', id: `b${i}`, value };
});
const bulkSent = performance.now();
const revision = await house.admin.changeSet(routes);
const committed = performance.now() - bulkSent;
const bulk = (await fleet.untilAll(revision)).map((at) => at - bulkSent);
console.log(`${ROUTES} routes in one revision: committed after ${ms(committed)}`);
reportTimes(`the same, acknowledged by each of ${PLANES}`, bulk);
const after = await house.controlPlane.memoryMiB();
console.log(`control plane after that: ${after.now.toFixed(0)} MiB, at most ${after.most.toFixed(0)} MiB`);
process.exitCode = percentile(acknowledged, 0.99) <= GOAL_MS && memory.most <= GOAL_MIB ? 0 : 1;
