import { createPublicKey, verify } from 'node:crypto';
import { keysFor, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { readJwt } from '../shared/jwt.ts';
import { decoded, startOpenid } from './fixtures/start-openid.ts';

const start = (config: object = {}) => startOpenid({ bearer_only: true, session: undefined, ...config });
type House = Awaited<ReturnType<typeof start>>;

const ask = ({ gateway }: House, token = 'opaque', headers: object = {}) =>
  gateway.get('/', { authorization: `Bearer ${token}`, ...headers });
const asked = ({ provider }: House) => provider.asked('/introspect');
const seconds = () => Math.floor(Date.now() / 1000);
const sent = ({ provider }: House) => provider.server.requests.find(({ url }) => url === '/introspect');

describe('a token that the provider is asked about is refused', () => {
  test.each<[string, (house: House) => unknown, string]>([
    ['where it is not known', () => undefined, 'the token is not active'],
    [
      'where it is not active',
      ({ provider }) => provider.known.set('opaque', { active: false, sub: 'ann' }),
      'the token is not active',
    ],
    [
      'where the answer does not say so itself',
      ({ provider }) => provider.known.set('opaque', { active: 'true' }),
      'the token is not active',
    ],
    [
      'where there is no answer',
      ({ provider }) => provider.instead.set('/introspect', (_req, res) => res.writeHead(502).end()),
      'token introspection unavailable',
    ],
    [
      'where the answer is none',
      ({ provider }) => provider.instead.set('/introspect', (_req, res) => res.end('[]')),
      'token introspection unavailable',
    ],
    [
      'where the gateway is not let in',
      ({ provider }) => provider.instead.set('/introspect', (_req, res) => res.writeHead(401).end('{"active":true}')),
      'token introspection unavailable',
    ],
    [
      'where the provider knows no such address',
      ({ provider }) => (provider.metadata = { introspection_endpoint: undefined }),
      'token introspection unavailable',
    ],
  ])('%s', async (_case, prepare, why) => {
    await using house = await start();
    prepare(house);
    const response = await ask(house);
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toContain(`error_description="${why}"`);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('where it has not the scopes', async () => {
    await using house = await start({ required_scopes: ['a', 'b'] });
    house.provider.known.set('opaque', { active: true, scope: 'a' });
    const response = await ask(house);
    expect([response.statusCode, response.json()]).toEqual([403, { error: 'required scopes a, b not present' }]);
  });
});

describe('what the provider said about a token', () => {
  test.each<[string, object, object, number, number]>([
    ['holds until the token ends', {}, { exp: seconds() + 100 }, 80, 1],
    ['holds no longer', {}, { exp: seconds() + 100 }, 120, 2],
    ['holds for the interval', { introspection_interval: 50 }, { exp: seconds() + 100 }, 60, 2],
    [
      'holds no longer than the token, whatever the interval',
      { introspection_interval: 500 },
      { exp: seconds() + 100 },
      120,
      2,
    ],
    ['holds for the interval where no end is said', { introspection_interval: 50 }, {}, 40, 1],
    ['does not hold where neither says how long', {}, {}, 0, 2],
    [
      'holds by the claim that is configured',
      { introspection_expiry_claim: 'until' },
      { until: seconds() + 100, exp: 1 },
      80,
      1,
    ],
  ])('%s', async (_case, config, claims, later, times) => {
    await using house = await start(config);
    house.provider.known.set('opaque', { active: true, sub: 'ann', ...claims });
    expect((await ask(house)).statusCode).toBe(200);
    house.time.ms += later * 1000;
    expect((await ask(house)).statusCode).toBe(200);
    expect(asked(house)).toBe(times);
    expect(decoded(house.upstream.requests[0]?.headers['x-userinfo'])).toMatchObject({ sub: 'ann' });
  });

  test('is asked for once by all who bring it at a time', async () => {
    await using house = await start();
    house.provider.known.set('opaque', { active: true, exp: seconds() + 100 });
    await Promise.all(Array.from({ length: 10 }, () => ask(house)));
    expect(asked(house)).toBe(1);
  });
});

describe('the provider', () => {
  test('is shown the headers that it shall see, which replace nothing of the gateway’s own', async () => {
    await using house = await start({
      introspection_addon_headers: ['X-Tenant', 'Authorization', 'Content-Type', 'X-None'],
    });
    await ask(house, 'opaque', { 'x-tenant': 'blue', 'content-type': 'text/plain' });
    const basic = Buffer.from('sluice:a+secret+of+the+client').toString('base64');
    expect(sent(house)?.headers).toMatchObject({
      'x-tenant': 'blue',
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(sent(house)?.headers).not.toHaveProperty('x-none');
  });

  test('is asked for each tenant where that is among them', async () => {
    await using house = await start({ introspection_addon_headers: ['X-Tenant'], introspection_interval: 60 });
    house.provider.known.set('opaque', { active: true });
    for (const tenant of ['blue', 'green', 'blue']) await ask(house, 'opaque', { 'x-tenant': tenant });
    expect(asked(house)).toBe(2);
  });

  test('gets the secret in the form where that is wanted', async () => {
    await using house = await start({ introspection_endpoint_auth_method: 'client_secret_post' });
    const forms = bodies(house);
    await ask(house, 'a&b');
    expect(forms.at(-1)).toEqual({ token: 'a&b', client_id: 'sluice', client_secret: 'a secret of the client' });
  });

  test.each(['ES256', 'ES384', 'RS256', 'RS512'])('gets an assertion signed by %s', async (algorithm) => {
    const { pem, privatePem } = keysFor(algorithm);
    const config = {
      introspection_endpoint_auth_method: 'private_key_jwt',
      client_rsa_private_key: privatePem,
      client_rsa_private_key_id: 'key-1',
      client_jwt_assertion_audience: 'the provider',
      ...(algorithm === 'RS512' && { client_jwt_assertion_alg: algorithm }),
    };
    await using house = await start(config);
    const forms = bodies(house);
    await ask(house);
    const jwt = readJwt(String(forms.at(-1)?.['client_assertion']));
    expect(jwt).toMatchObject({
      algorithm,
      keyId: 'key-1',
      claims: { iss: 'sluice', sub: 'sluice', aud: 'the provider' },
    });
    const key = { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' as const };
    const isGood = jwt && verify(`sha${algorithm.slice(2)}`, Buffer.from(jwt.signed), key, jwt.signature);
    expect(isGood).toBe(true);
  });

  test('gets nothing while the secret is only the name of one', async () => {
    await using house = await start({ client_secret: '$secret://vault/1/openid/secret' });
    expect((await ask(house)).statusCode).toBe(401);
    expect(asked(house)).toBe(0);
  });

  test('is reached by a proxy, which is told who asks, but for hosts that are excepted', async () => {
    const targets: string[] = [];
    await using proxy = await startUpstream();
    proxy.server.on('connect', (req, socket) => {
      targets.push(`${req.url} ${req.headers['proxy-authorization']}`);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const authorization = `Basic ${Buffer.from('me:s cret').toString('base64')}`;
    const options = { http_proxy: proxy.url, http_proxy_authorization: authorization };
    await using house = await start({ proxy_opts: options });
    expect((await ask(house)).statusCode).toBe(401);
    await using direct = await start({ proxy_opts: { ...options, no_proxy: 'example.com, 127.0.0.1' } });
    direct.provider.known.set('opaque', { active: true });
    expect((await ask(direct)).statusCode).toBe(200);
    const seen = [
      ...targets,
      ...proxy.requests.map(({ headers }) => `${headers.host} ${headers['proxy-authorization']}`),
    ];
    expect(new Set(seen)).toEqual(new Set([`${house.provider.server.node} ${authorization}`]));
  });
});

test('a request with two headers of which only one would be looked at is refused', async () => {
  await using house = await startOpenid({ use_jwks: true });
  const authorization = [`Bearer ${house.provider.sign({})}`, 'Bearer forged'];
  expect((await house.gateway.get('/', { authorization })).statusCode).toBe(400);
  expect(house.upstream.requests).toHaveLength(0);
});

test('a request without a token goes the way of people where both are let in', async () => {
  await using house = await startOpenid({ use_jwks: true });
  expect((await house.gateway.get('/')).statusCode).toBe(302);
  expect((await house.gateway.get('/', { authorization: `Bearer ${house.provider.sign({})}` })).statusCode).toBe(200);
  expect((await house.gateway.get('/', { authorization: 'Bearer guessed' })).statusCode).toBe(401);
});

/** The forms that the provider gets at its introspection endpoint, from now on. */
function bodies({ provider }: House): Readonly<Record<string, string>>[] {
  const forms: Readonly<Record<string, string>>[] = [];
  provider.instead.set('/introspect', async (req, res) => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    forms.push(Object.fromEntries(new URLSearchParams(body)));
    res.end('{"active":false}');
  });
  return forms;
}
