import { Agent, request } from 'undici';
import { startEtcd } from '@sluice/testing';
import { startHouse } from '../house/house.ts';
import { ms, percentile, reportTimes } from './figures.ts';

const writes = 200;
const agent = new Agent({ connections: 1 });

/**
 * How long a write takes until it is live: from sending the write, and from its acknowledgement, to the first proxied
 * answer that shows it. Then a rollback of 1,000 routes, from its acknowledgement. With the argument `etcd` the data plane
 * takes its configuration from there.
 */
await using etcd = process.argv.includes('etcd') ? await startEtcd() : undefined;
const source = etcd && { SLUICE_SOURCE: 'etcd', SLUICE_ETCD_ENDPOINTS: etcd.url };
await using house = await startHouse({ SLUICE_ACCESS_LOG: 'off', ...source });
const upstream = { nodes: { [`127.0.0.1:${house.ports.admin}`]: 1 } };
const fromSending: number[] = [];
const fromAcknowledgement: number[] = [];

for (let i = 0; i < writes; i += 1) {
  const sent = performance.now();
  const acknowledged = house.admin.put(`routes/r${i}`, {
    uri: `/live/${i}`,
    plugins: { 'proxy-rewrite': { uri: '/healthz' } },
    upstream,
  });
  const answered = acknowledged.then(() => performance.now());
  const live = await untilStatus(`/live/${i}`, 200);
  fromSending.push(live - sent);
  fromAcknowledgement.push(Math.max(0, live - (await answered)));
}

const before = await house.admin.group();
await house.admin.changeSet(
  Array.from({ length: 1_000 }, (_, i) => ({
    op: 'put',
    kind: 'route',
    id: `b${i}`,
    value: { uri: `/bulk/${i}`, upstream },
  })),
);
await house.untilInSync();
const asked = performance.now();
await house.admin.rollback(before.revision);
const committed = performance.now();
await untilStatus('/bulk/999', 404);
const rolledBack = performance.now();

reportTimes('write sent -> live', fromSending);
reportTimes('write acknowledged -> live', fromAcknowledgement);
console.log(`rollback of 1,000 routes: committed after ${ms(committed - asked)}, live after ${ms(rolledBack - asked)}`);
process.exitCode = percentile(fromSending, 0.99) <= 50 ? 0 : 1;

async function untilStatus(path: string, status: number): Promise<number> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const response = await request(`${house.proxyUrl}${path}`, { dispatcher: agent });
    await response.body.dump();
    if (response.statusCode === status) return performance.now();
  }
  throw new Error(`${path} did not answer ${status}.`);
}
