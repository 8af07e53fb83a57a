import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAuthority } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const routes = '/apisix/admin/routes';
const authority = testAuthority('our authority');
const stranger = testAuthority('their authority');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-admin-tls-'));
  const server = authority.issue({ names: ['localhost', '127.0.0.1'] });
  await writeFile(join(folder, 'cert.pem'), server.cert);
  await writeFile(join(folder, 'key.pem'), server.key);
  await writeFile(join(folder, 'ca.pem'), authority.cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);
const withTls = () => ({ SLUICE_ADMIN_TLS_CERT: file('cert.pem'), SLUICE_ADMIN_TLS_KEY: file('key.pem') });

/** What a client that trusts our authority is answered. */
async function overTls(plane: TestControlPlane, options: object = {}): Promise<number | undefined> {
  const agent = new Agent({ ca: authority.cert, ...options });
  const call = httpsRequest(new URL(routes, plane.url.replace('http:', 'https:')), {
    agent,
    headers: { 'x-api-key': plane.adminKey },
  });
  const [response] = await once(call.end(), 'response');
  response.resume();
  agent.destroy();
  return response.statusCode;
}

describe('with a certificate', () => {
  let plane: TestControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane(withTls());
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  test('a client without TLS gets nothing', async () => {
    await expect(fetch(plane.url.replace('https:', 'http:') + routes)).rejects.toThrow();
  });

  test('a client that does not know the authority goes away', async () => {
    await expect(overTls(plane, { ca: stranger.cert })).rejects.toMatchObject({ code: /UNABLE_TO_VERIFY|SELF_SIGNED/ });
  });

  test('a version of TLS that is broken is not spoken', async () => {
    await expect(overTls(plane, { maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
  });

  test('a client that knows the authority is served', async () => {
    expect(await overTls(plane)).toBe(200);
  });
});

describe('with an authority of clients', () => {
  let plane: TestControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ ...withTls(), SLUICE_ADMIN_TLS_CA: file('ca.pem') });
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  test('a client without a certificate gets nothing, whatever key it has', async () => {
    await expect(overTls(plane)).rejects.toThrow();
  });

  test('a certificate of another authority opens nothing', async () => {
    await expect(overTls(plane, stranger.issue({ names: ['client'] }))).rejects.toThrow();
  });

  test('a certificate that has run out opens nothing', async () => {
    await expect(overTls(plane, authority.issue({ names: ['client'], days: -1 }))).rejects.toThrow();
  });

  test('a certificate of the authority is let in, and still needs its key', async () => {
    const client = authority.issue({ names: ['client'] });
    expect(await overTls(plane, client)).toBe(200);
    expect(await overTls({ ...plane, adminKey: 'wrong' } as TestControlPlane, client)).toBe(401);
  });
});

test.each([
  ['a certificate without its key', () => ({ SLUICE_ADMIN_TLS_CERT: file('cert.pem') }), /SLUICE_ADMIN_TLS_KEY/],
  ['an authority without a certificate', () => ({ SLUICE_ADMIN_TLS_CA: file('ca.pem') }), /SLUICE_ADMIN_TLS_CERT/],
  ['a file that is not there', () => ({ ...withTls(), SLUICE_ADMIN_TLS_KEY: file('none.pem') }), /none\.pem/],
  ['a wrong address', () => ({ SLUICE_ALLOW_ADMIN: '10.0.0.0/8,somewhere' }), /SLUICE_ALLOW_ADMIN/],
])('%s keeps it from starting, by name', async (_what, env, named) => {
  await expect(startControlPlane(env())).rejects.toThrow(named);
});

describe('where only some addresses are allowed', () => {
  let plane: TestControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ SLUICE_ALLOW_ADMIN: '10.0.0.0/8,127.0.0.2' });
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  const statusFrom = async (localAddress: string, path: string) => {
    const call = httpRequest(new URL(path, plane.url), { localAddress, headers: { 'x-api-key': plane.adminKey } });
    const [response] = await once(call.end(), 'response');
    response.resume();
    return response.statusCode;
  };

  test.each([routes, '/api/v1/groups', '/groups/default/apisix/admin/routes', '/'])(
    'others are turned away from %s with any key',
    async (path) => {
      expect(await statusFrom('127.0.0.1', path)).toBe(403);
    },
  );

  test('an address that a header claims is not believed', async () => {
    const { status } = await plane.call('GET', routes, undefined, { 'x-forwarded-for': '10.0.0.1' });
    expect(status).toBe(403);
  });

  test('those are served, and health is for everybody', async () => {
    expect(await statusFrom('127.0.0.2', routes)).toBe(200);
    expect(await statusFrom('127.0.0.1', '/healthz')).toBe(200);
  });
});

describe('where no key is asked for', () => {
  let plane: TestControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ SLUICE_ADMIN_KEY_REQUIRED: 'false' });
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  const statusWith = async (headers: Record<string, string>, path = routes) => {
    const call = httpRequest(new URL(path, plane.url), { headers });
    const [response] = await once(call.end(), 'response');
    response.resume();
    return response.statusCode;
  };

  test.each([
    ['a page of another origin', { origin: 'http://evil.example' }],
    ['a page that the browser tells of', { 'sec-fetch-site': 'cross-site' }],
    ['a name that an attacker points here', { host: 'evil.example:9180' }],
  ])('%s can do nothing', async (_what, headers) => {
    expect(await statusWith(headers)).toBe(401);
  });

  test('/api/v1 asks for one all the same', async () => {
    expect(await statusWith({}, '/api/v1/groups')).toBe(401);
  });

  test.each([
    {},
    { 'x-api-key': 'whatever' },
    { host: 'localhost' },
    { host: 'control-plane:9180' },
    { host: '[::1]' },
  ])('a program is served: %j', async (headers) => {
    expect(await statusWith(headers)).toBe(200);
  });

  test('and history says that nobody knows who it was', async () => {
    const body = JSON.stringify({ uri: '/a', upstream: { nodes: { '127.0.0.1:1': 1 }, type: 'roundrobin' } });
    expect((await fetch(`${plane.url}${routes}/1`, { method: 'PUT', body })).status).toBe(201);
    const { list } = (await plane.call('GET', '/api/v1/groups/default/revisions')).body;
    expect(list[0]).toMatchObject({ author: 'anonymous' });
  });
});

describe('transport of the Admin API', () => {
  let plane: TestControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  test('an unmatched path is 404, also without a key', async () => {
    expect((await fetch(`${plane.url}/apisix/nothing`)).status).toBe(404);
    expect((await fetch(`${plane.url}/apisix/admin`, { method: 'HEAD' })).status).toBe(200);
  });

  test('a client learns which API this is, a refused one does not', async () => {
    const { headers } = await plane.call('GET', routes);
    expect(headers.get('server')).toMatch(/^APISIX\/\d+\.\d+\.\d+ Sluice\/\d/);
    expect(headers.get('x-api-version')).toBe('v3');
    const refused = await plane.call('GET', routes, undefined, { 'x-api-key': 'wrong' });
    expect([refused.status, refused.headers.get('x-api-version')]).toEqual([401, null]);
  });

  test('pages of any origin may ask, and are told what they may send', async () => {
    const { status, headers } = await plane.call('OPTIONS', routes, undefined, { origin: 'http://a.example' });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST, GET, PUT, OPTIONS, DELETE, PATCH',
      'access-control-allow-headers': '*',
      'access-control-max-age': '3600',
    });
  });
});
