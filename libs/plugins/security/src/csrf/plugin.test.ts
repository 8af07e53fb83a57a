import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ending, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { csrf } from './plugin.ts';

const name = 'apisix-csrf-token';

async function startProtected(config: object = {}, clock = { now: () => 1_700_000_000_000 }) {
  const upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { csrf: { key: 'k', ...config } };
  const route = { uri: '/*', upstream: upstream.url, plugins };
  const gateway = await startGateway([csrf], route, { clock });
  return ending(
    {
      gateway,
      upstream,
      post: (headers: Record<string, string>) => gateway.request({ method: 'POST', headers, body: 'x' }),
    },
    gateway,
    upstream,
  );
}

const cookieOf = (headers: IncomingHttpHeaders): string => headers['set-cookie']?.[0] ?? '';
const tokenOf = (headers: IncomingHttpHeaders): string => /^[^=]+=([^;]*)/.exec(cookieOf(headers))?.[1] ?? '';

function forged(key: string, expires: number, random = 0.5): string {
  const sign = createHash('sha256').update(`{expires:${expires},random:${random},key:${key}}`).digest('hex');
  return Buffer.from(JSON.stringify({ random, expires, sign })).toString('base64');
}

describe('a request that may change something is refused with 401, and the upstream never hears of it,', () => {
  const good = forged('k', 1_700_000_000);
  const twice = (token: string) => ({ [name]: token, cookie: `${name}=${token}` });
  test.each([
    ['without the header', { cookie: `${name}=${good}` }, 'no csrf token in headers'],
    ['with an empty header', { [name]: '', cookie: `${name}=${good}` }, 'no csrf token in headers'],
    ['without the cookie', { [name]: good }, 'no csrf cookie'],
    ['with a cookie of another name', { [name]: good, cookie: `other=${good}` }, 'no csrf cookie'],
    ['where both differ', { [name]: good, cookie: `${name}=${good}x` }, 'csrf token mismatch'],
    ['with a token that is none', twice('nonsense'), 'Failed to verify the csrf token signature'],
    ['with a token that is JSON of another kind', twice('bnVsbA=='), 'Failed to verify the csrf token signature'],
    ['with a token of another key', twice(forged('q', 1_700_000_000)), 'Failed to verify the csrf token signature'],
    ['with a token that is too old', twice(forged('k', 1_699_992_799)), 'Failed to verify the csrf token signature'],
  ])('%s', async (_case, headers: Record<string, string>, message) => {
    await using pair = await startProtected();
    const response = await pair.post(headers);
    expect([response.statusCode, response.body]).toEqual([401, `{"error_msg":"${message}"}\n`]);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('and the refusal brings a token along', async () => {
    await using pair = await startProtected();
    const refusal = await pair.post({});
    const token = tokenOf(refusal.headers);
    expect((await pair.post({ [name]: token, cookie: `a=b; ${name}=${token}` })).body).toBe('origin');
  });
});

describe('a token', () => {
  test('comes with every answer, for path and lifetime of the configuration', async () => {
    await using pair = await startProtected();
    const { headers } = await pair.gateway.get('/');
    expect(cookieOf(headers)).toMatch(
      /^apisix-csrf-token=[^;]+;path=\/;SameSite=Lax;Expires=Wed, 15 Nov 2023 00:13:20 GMT$/,
    );
  });

  test('is another one each time', async () => {
    await using pair = await startProtected();
    const [first, second] = [await pair.gateway.get('/'), await pair.gateway.get('/')];
    expect(tokenOf(first.headers)).not.toBe(tokenOf(second.headers));
  });

  test('does not replace the cookies of the upstream', async () => {
    await using upstream = await startUpstream((_req, res) => void res.setHeader('set-cookie', 'own=1').end());
    const plugins = { csrf: { key: 'k' } };
    await using gateway = await startGateway([csrf], { uri: '/*', upstream: upstream.url, plugins });
    expect((await gateway.get('/')).headers['set-cookie']).toEqual(['own=1', expect.stringContaining(name)]);
  });

  test('is good to the last second of its life, and for ever where it has no end', async () => {
    const atEnd = forged('k', 1_699_992_800);
    const headers = (token: string) => ({ 'x-c': token, cookie: `x-c=${token}` });
    await using mortal = await startProtected({ name: 'x-c' });
    await using immortal = await startProtected({ name: 'x-c', expires: 0 });
    expect((await mortal.post(headers(atEnd))).statusCode).toBe(200);
    expect((await immortal.post(headers(forged('k', 1)))).statusCode).toBe(200);
  });
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s passes without a token', async (method) => {
  await using pair = await startProtected();
  expect((await pair.gateway.request({ method })).statusCode).toBe(200);
});

test.each([
  [{}, 'property "key" is required'],
  [{ key: 1 }, 'property "key" validation failed'],
  [{ key: 'k', expires: '1' }, 'property "expires" validation failed'],
  [{ key: 'k', name: 'a b' }, 'property "name" must be a token'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { csrf: config } };
  await expect(startGateway([csrf], route)).rejects.toThrow(message);
});
