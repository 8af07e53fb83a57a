import { startUpstream } from '@sluice/testing';
import { type Member, startCluster } from '../cluster/cluster.ts';
import { until } from '../house/until.ts';
import { ms } from './figures.ts';

const ROUTES = 10_000;
const GOAL_MS = 15_000;

/**
 * One revision of 10,000 routes on a whole cluster, two control planes with four data planes on etcd and gRPC: from sending
 * it to the moment when each data plane serves exactly it, and proxies its last route.
 */
await using origin = await startUpstream((_req, res) => res.end('origin'));
await using cluster = await startCluster();
const [{ admin } = {}] = cluster.controlPlanes;
if (!admin) throw new Error('There is no control plane.');
const upstream = { nodes: { [`127.0.0.1:${origin.port}`]: 1 } };
const changes = Array.from({ length: ROUTES }, (_, i) => {
  return { op: 'put', kind: 'route', id: `r${i}`, value: { uri: `/r/${i}`, upstream } };
});

const sent = performance.now();
const revision = await admin.changeSet(changes);
console.log(`${ROUTES} routes in one revision: committed after ${ms(performance.now() - sent)}`);
const { digest } = await admin.group();
const live = await Promise.all(cluster.dataPlanes.map((dataPlane) => untilServed(dataPlane)));
for (const [i, { name }] of cluster.dataPlanes.entries())
  console.log(`live on ${name} after ${ms((live[i] ?? 0) - sent)}`);
process.exitCode = Math.max(...live) - sent <= GOAL_MS ? 0 : 1;

async function untilServed({ name, controlUrl, proxyUrl }: Member): Promise<number> {
  await until(
    async () => {
      const response = await fetch(`${controlUrl}/v1/revision`);
      const served = (await response.json()) as { applied_revision: number; digest: string };
      return served.applied_revision === revision && served.digest === digest;
    },
    `${name} at revision ${revision}`,
    60_000,
  );
  await until(async () => (await fetch(`${proxyUrl}/r/${ROUTES - 1}`)).ok, `The last route on ${name}`);
  return performance.now();
}
