import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const nodes = { '127.0.0.1:1980': 1 };
const drafted = { uri: '/drafted', upstream: { nodes } };

/** Uses a new control plane as people do, so that every table that this can fill has rows; then stops it. */
export async function fillDatabase(databaseUrl: string): Promise<void> {
  await using plane = await startControlPlane({ SLUICE_DATABASE_URL: databaseUrl, SLUICE_GRPC_TLS: 'auto' });
  await fillGroup(plane);
}

/** Writes something of everything into the default group. The control plane must serve data planes over TLS. */
export async function fillGroup(plane: TestControlPlane): Promise<void> {
  const writes: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['PUT', '/apisix/admin/upstreams/1', { nodes }],
    ['PUT', '/apisix/admin/routes/1', { uri: '/a', upstream_id: '1', labels: { team: 'blue' } }],
    ['PUT', '/apisix/admin/routes/2', { uri: '/b', upstream: { nodes } }],
    ['PUT', '/apisix/admin/consumers/jack', { username: 'jack', plugins: { 'key-auth': { key: 'a-secret-key' } } }],
    ['PATCH', '/apisix/admin/routes/1', { desc: 'changed' }],
    ['DELETE', '/apisix/admin/routes/2'],
    ['POST', '/api/v1/groups/default/join-tokens', { name: 'rack' }],
    [
      'POST',
      '/api/v1/groups/default/drafts',
      { message: 'draft', edits: [{ op: 'put', kind: 'route', id: '1', value: drafted }] },
    ],
  ];
  for (const [i, [method, path, body]] of writes.entries()) {
    const { status } = await plane.call(method, path, body, { 'idempotency-key': `fill-${i}` });
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
  }
  await plane.database.query(FLEET);
}

/** What only data planes write. */
const FLEET = `
  INSERT INTO instance (id, group_id, hostname, version, state, connected_at, last_seen, status)
    SELECT 'dp-1', id, 'host', '1.0', 'healthy', now(), now(), '{"workers": 1, "started_at": 0, "state": "ready",
      "reason": "", "listeners": [{"address": "127.0.0.1", "port": 9080, "protocol": "http"}], "load": null}'
    FROM gateway_group;
  INSERT INTO instance_event (group_id, instance_id, at, type, detail)
    SELECT group_id, id, now(), 'connected', '{"version": "1.0"}' FROM instance;
  INSERT INTO instance_command (id, group_id, instance_id, name, requested_by, arguments)
    SELECT gen_random_uuid(), group_id, id, 'drain', 'somebody', '\\x00' FROM instance;
  INSERT INTO traffic_rollup (group_id, step_seconds, at, requests, errors, bytes_in, bytes_out, latency)
    SELECT id, 10, now(), 1, 0, 1, 1, '{}' FROM gateway_group;
  INSERT INTO publication (group_id, prefix) SELECT id, '/apisix' FROM gateway_group ON CONFLICT DO NOTHING`;
