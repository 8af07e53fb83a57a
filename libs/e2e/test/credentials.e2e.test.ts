import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEtcd, startUpstream, type TestEtcd } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { type House, startHouse, until } from '../src/index.ts';

const nodes = (port: number) => ({ nodes: { [`127.0.0.1:${port}`]: 1 } });
const keyed = (key: string) => ({ plugins: { 'key-auth': { key } } });

/** Who the upstream is told a request is from. */
async function callerWith(house: House, key: string): Promise<string> {
  const response = await fetch(`${house.proxyUrl}/who`, {
    headers: { apikey: key, 'X-Credential-Identifier': 'forged' },
  });
  return response.ok ? response.text() : String(response.status);
}

const startOrigin = () =>
  startUpstream(({ headers }, res) =>
    res.end(`${headers['x-consumer-username']} by ${headers['x-credential-identifier'] ?? 'himself'}`),
  );

const byEtcd = ({ url }: TestEtcd) => ({
  SLUICE_ETCD_ENDPOINTS: url,
  SLUICE_SOURCE: 'etcd',
  SLUICE_ETCD_KEYRING: 'edd1c9f0985e76a2',
});

describe.each(['gRPC', 'etcd'])('by %s', (way) => {
  test('a key of a credential opens for its consumer, until it, or its consumer, is gone', async () => {
    await using origin = await startOrigin();
    await using etcd = way === 'etcd' ? await startEtcd() : null;
    await using house = await startHouse(etcd ? byEtcd(etcd) : {});
    await house.admin.put('routes/1', { uri: '/who', plugins: { 'key-auth': {} }, upstream: nodes(origin.port) });
    await house.admin.put('consumers/jack', { username: 'jack', ...keyed('own') });
    await house.admin.put('consumers/jack/credentials/phone', keyed('phones'));
    await house.admin.put('consumers/jack/credentials/watch', keyed('watchs'));
    await house.untilInSync();

    expect(await callerWith(house, 'nobodys')).toBe('401');
    expect(await callerWith(house, 'own')).toBe('jack by himself');
    expect(await callerWith(house, 'phones')).toBe('jack by phone');

    await house.admin.put('consumers/jack/credentials/phone', keyed('phones-new'));
    await house.admin.remove('consumers/jack/credentials/watch');
    await house.untilInSync();
    expect(await callerWith(house, 'phones')).toBe('401');
    expect(await callerWith(house, 'phones-new')).toBe('jack by phone');
    expect(await callerWith(house, 'watchs')).toBe('401');

    await house.admin.remove('consumers/jack');
    await house.untilInSync();
    expect(await callerWith(house, 'phones-new')).toBe('401');
  });
});

test('what is not served reaches the data plane, which says so and serves the rest', async () => {
  await using origin = await startOrigin();
  await using house = await startHouse();
  await house.admin.put('stream_routes/1', {
    server_port: 9100,
    upstream: { ...nodes(origin.port), type: 'roundrobin' },
  });
  await house.admin.put('services/s', { upstream: nodes(origin.port) });
  await house.admin.put('services/s/graphql_cost_decorations/d', { field_path: 'Query.a' });
  await house.admin.put('routes/1', { uri: '/who', service_id: 's' });
  await house.untilInSync();

  expect((await fetch(`${house.proxyUrl}/who`)).status).toBe(200);
  for (const kind of ['stream_route', 'graphql_cost_decoration'])
    await until(async () => house.dataPlane.output.includes(`"kind":"${kind}"`), `A line about ${kind}`);
});

test('in a file, credentials stand among the consumers', async () => {
  await using origin = await startOrigin();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-credentials-'));
  const file = join(folder, 'apisix.yaml');
  await writeFile(
    file,
    `routes: [{ uri: /who, plugins: { key-auth: {} }, upstream: { nodes: { "127.0.0.1:${origin.port}": 1 } } }]
consumers:
  - username: jack
  - id: jack/credentials/phone
    plugins: { key-auth: { key: phones } }
#END
`,
  );
  await using house = await startHouse({ SLUICE_SOURCE: 'file', SLUICE_FILE: file });
  await until(async () => (await callerWith(house, 'phones')) === 'jack by phone', 'The file');
  expect(await callerWith(house, 'nobodys')).toBe('401');
  await rm(folder, { recursive: true });
});
