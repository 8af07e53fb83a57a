export { installation, Launcher, paste } from './house/launcher.ts';
export { AdminClient, type Answer } from './house/admin-client.ts';
export { Child } from './house/child.ts';
export { House, type HousePorts, type ServedRevision, startHouse } from './house/house.ts';
export { until } from './house/until.ts';
export { type Cluster, type Member, startCluster, startMember } from './cluster/cluster.ts';
export { type FailedRequest, Traffic } from './cluster/traffic.ts';
