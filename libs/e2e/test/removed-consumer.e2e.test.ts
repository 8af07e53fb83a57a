import { hs256, signedHeaders, startUpstream, type TestUpstream } from '@sluice/testing';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../src/index.ts';

type Headers = Readonly<Record<string, string>>;

/** A way to say who one is. */
interface Identity {
  readonly plugin: string;
  /** Of the route. */
  readonly config?: object;
  /** Of the consumer: plugin and what it is given. */
  readonly credentials: Readonly<Record<string, object>>;
  headers(): Headers;
}

const secret = 'a-secret-of-more-than-thirty-two-bytes';
const basic = { Authorization: `Basic ${Buffer.from('ann:open sesame').toString('base64')}` };

const identities: readonly Identity[] = [
  { plugin: 'key-auth', credentials: { 'key-auth': { key: 'anns' } }, headers: () => ({ apikey: 'anns' }) },
  {
    plugin: 'basic-auth',
    credentials: { 'basic-auth': { username: 'ann', password: 'open sesame' } },
    headers: () => basic,
  },
  {
    plugin: 'jwt-auth',
    credentials: { 'jwt-auth': { key: 'anns', secret } },
    headers: () => ({ Authorization: `Bearer ${hs256({ key: 'anns' }, secret)}` }),
  },
  {
    plugin: 'hmac-auth',
    credentials: { 'hmac-auth': { key_id: 'anns', secret_key: secret } },
    headers: () => signedHeaders({ keyId: 'anns', secret }),
  },
  {
    plugin: 'multi-auth',
    config: { auth_plugins: [{ 'key-auth': {} }, { 'basic-auth': {} }] },
    credentials: { 'basic-auth': { username: 'ann', password: 'open sesame' } },
    headers: () => basic,
  },
];

let origin: TestUpstream;
let house: House;
beforeAll(async () => {
  origin = await startUpstream();
  house = await startHouse({ SLUICE_WORKERS: '2' });
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await origin.close();
});

test.each(identities)('$plugin refuses a consumer that was removed from the first request after it', async (one) => {
  const { plugin, config = {}, credentials, headers } = one;
  const upstream = { type: 'roundrobin', nodes: { [origin.node]: 1 } };
  await house.admin.put('routes/1', { uri: '/*', plugins: { [plugin]: config }, upstream });
  await house.admin.put('consumers/ann', { username: 'ann', plugins: credentials });
  await house.untilInSync();
  // Kept connections to both workers, which have seen the consumer.
  const agent = new Agent({ connections: 16, pipelining: 1 });
  const ask = () => Promise.all(Array.from({ length: 16 }, () => statusOf(house.proxyUrl, agent, headers())));

  expect(new Set([...(await ask()), ...(await ask())])).toEqual(new Set([200]));
  await house.admin.remove('consumers/ann');
  await house.untilInSync();
  const asked = origin.requests.length;

  expect(new Set(await ask())).toEqual(new Set([401]));
  expect(origin.requests).toHaveLength(asked);
  await agent.destroy();
});

async function statusOf(url: string, dispatcher: Agent, headers: Headers): Promise<number> {
  const { statusCode, body } = await request(url, { dispatcher, headers });
  await body.dump();
  return statusCode;
}
