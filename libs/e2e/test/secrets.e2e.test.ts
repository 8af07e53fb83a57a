import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { startHouse } from '../src/index.ts';

/** A server that gives one secret to whoever has the token, as Vault's key/value engine does. */
async function startVault(secret: { key: string }) {
  const server = createServer((req, res) => {
    const isAllowed = req.headers['x-vault-token'] === 'hvs.token' && req.url === '/v1/kv/apisix/jack';
    res.statusCode = isAllowed ? 200 : 403;
    res.end(JSON.stringify(isAllowed ? { data: secret } : { errors: ['permission denied'] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test('a consumer is known by a key that only the vault has, and by the next one when the vault store is written again', async () => {
  const secret = { key: 'key-of-the-vault' };
  await using vault = await startVault(secret);
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using house = await startHouse({ VAULT_TOKEN: 'hvs.token', SLUICE_ACCESS_LOG: 'off' });
  const statusWith = async (apikey: string) => (await fetch(`${house.proxyUrl}/kept`, { headers: { apikey } })).status;
  const upstream = { nodes: { [`127.0.0.1:${origin.port}`]: 1 } };

  await house.admin.put('routes/kept', { uri: '/kept', upstream, plugins: { 'key-auth': {} } });
  await house.admin.put('consumers', {
    username: 'jack',
    plugins: { 'key-auth': { key: '$secret://vault/1/jack/key' } },
  });
  await house.untilInSync();
  expect(await statusWith('key-of-the-vault')).toBe(401);
  expect(await statusWith('$secret://vault/1/jack/key')).toBe(401);

  const store = { uri: vault.uri, prefix: 'kv/apisix', token: '$env://VAULT_TOKEN' };
  await house.admin.put('secrets/vault/1', store);
  await expect.poll(() => statusWith('key-of-the-vault'), { timeout: 10_000 }).toBe(200);

  secret.key = 'next-key';
  await house.admin.put('secrets/vault/1', { ...store, namespace: 'unused' });
  await expect.poll(() => statusWith('next-key'), { timeout: 10_000 }).toBe(200);
  expect(await statusWith('key-of-the-vault')).toBe(401);
});
