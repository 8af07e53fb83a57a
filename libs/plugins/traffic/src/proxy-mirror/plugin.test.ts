import { randomBytes } from 'node:crypto';
import { definePlugin, reply } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { ending, startGateway, startUpstream, type TestUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { proxyMirror } from './plugin.ts';

/** Refuses every request, or changes its path, after the mirror's turn to decide. */
const later = definePlugin(
  definePluginSchema({
    name: 'later',
    category: 'test',
    priority: 1,
    title: 'Later',
    description: 'Comes later.',
    config: Type.Object({ refuses: Type.Boolean({ default: false }) }),
  }),
  ({ refuses }) => ({
    rewrite(ctx) {
      ctx.request.path = '/changed';
      return undefined;
    },
    access: () => (refuses ? reply(403) : undefined),
  }),
);

async function start(config: object = {}, mirror?: TestUpstream, others: object = {}) {
  const [own, copies] = await Promise.all([
    startUpstream((req, res) => void req.on('end', () => res.end('own')).resume()),
    mirror ?? startUpstream((req, res) => void req.on('end', () => res.end('mirror')).resume()),
  ]);
  const plugins = { 'proxy-mirror': { host: copies.url, ...config }, ...others };
  const gateway = await startGateway([proxyMirror, later], { uri: '/*', upstream: own.url, plugins });
  return ending(
    {
      gateway,
      own,
      copies,
    },
    gateway,
    own,
    copies,
  );
}

describe('the client notices nothing', () => {
  test('of a mirror that is not there, about which one line is logged', async () => {
    const gone = await startUpstream();
    await gone.close();
    await using mirrored = await start({ host: gone.url });
    for (let i = 0; i < 5; i += 1) {
      const answer = await mirrored.gateway.request({ method: 'POST', path: '/', body: 'b' });
      expect([answer.statusCode, answer.body]).toEqual([200, 'own']);
    }
    const lines = () => mirrored.gateway.log.lines.filter(({ message }) => message === 'a mirror does not answer');
    await eventually(() => expect(lines()).toHaveLength(1));
  });

  test('of a mirror that takes nothing, whatever is sent', async () => {
    const stuck = await startUpstream((req) => void req.pause());
    await using mirrored = await start({}, stuck);
    const body = randomBytes(8 * 1024 * 1024);
    const answer = await mirrored.gateway.request({ method: 'POST', path: '/', body });
    expect(answer.body).toBe('own');
    expect(mirrored.own.requests[0]?.headers['content-length']).toBe(String(body.length));
  });

  test('of a mirror that answers nothing, which gets no more copies than may be under way', async () => {
    const silent = await startUpstream(() => {});
    await using own = await startUpstream();
    const plugins = { 'proxy-mirror': { host: silent.url } };
    const attributes = { 'proxy-mirror': { max_copies: 2 } };
    await using gateway = await startGateway([proxyMirror], { uri: '/*', upstream: own.url, plugins }, { attributes });
    for (let i = 0; i < 5; i += 1) expect((await gateway.get('/')).body).toBe('ok');
    await eventually(() => expect(silent.requests).toHaveLength(2));
    expect(gateway.log.lines.filter(({ message }) => message === 'a mirror does not answer')).toHaveLength(1);
    await silent.close();
  });

  test('of what the mirror answers', async () => {
    const rude = await startUpstream((_req, res) => {
      res.statusCode = 500;
      res.end('no');
    });
    await using mirrored = await start({}, rude);
    expect((await mirrored.gateway.get('/')).body).toBe('own');
    await eventually(() => expect(rude.requests).toHaveLength(1));
  });
});

describe('a copy', () => {
  test('has method, path, query, headers and body of the request', async () => {
    await using mirrored = await start();
    const body = 'x'.repeat(300_000);
    await mirrored.gateway.request({
      method: 'PUT',
      path: '/a%20b?c=d',
      headers: { 'x-id': '7', host: 'h.test' },
      body,
    });
    await eventually(() => expect(mirrored.copies.requests[0]?.body).toBe(body));
    expect(mirrored.copies.requests[0]).toMatchObject({ method: 'PUT', url: '/a%20b?c=d' });
    expect(mirrored.copies.requests[0]?.headers).toMatchObject({ 'x-id': '7', host: 'h.test' });
    expect(mirrored.own.requests[0]?.body).toBe(body);
  });

  test.each([
    [{ path: '/other' }, '/other?c=d'],
    [{ path: '/prefix', path_concat_mode: 'prefix' }, '/prefix/a?c=d'],
  ])('has the path that %j says', async (config, url) => {
    await using mirrored = await start(config);
    await mirrored.gateway.get('/a?c=d');
    await eventually(() => expect(mirrored.copies.requests[0]?.url).toBe(url));
  });

  test('has the path from before later plugins changed it', async () => {
    await using mirrored = await start({}, undefined, { later: {} });
    await mirrored.gateway.get('/before');
    await eventually(() => expect(mirrored.copies.requests[0]?.url).toBe('/before'));
    expect(mirrored.own.requests[0]?.url).toBe('/changed');
  });

  test('is sent once, however often the request is tried', async () => {
    const broken = await startUpstream((req) => void req.socket.destroy());
    await using mirrored = await start();
    const nodes = { [broken.node]: 1, [mirrored.own.node]: 1 };
    const plugins = { 'proxy-mirror': { host: mirrored.copies.url } };
    mirrored.gateway.apply({ kind: 'route', id: '1', value: { uri: '/*', upstream: { nodes }, plugins } });
    for (let i = 0; i < 4; i += 1) expect((await mirrored.gateway.get('/')).body).toBe('own');
    expect(broken.requests.length).toBeGreaterThan(0);
    await eventually(() => expect(mirrored.copies.requests).toHaveLength(4));
    await broken.close();
  });

  test('is not made of a request that is refused or only explained', async () => {
    await using refused = await start({}, undefined, { later: { refuses: true } });
    expect((await refused.gateway.get('/')).statusCode).toBe(403);
    await using explained = await start();
    await explained.gateway.engine.explain({
      url: '/',
      method: 'GET',
      headers: {},
      client_ip: '127.0.0.1',
      send: false,
    });
    await explained.gateway.get('/real');
    await eventually(() => expect(explained.copies.requests).toHaveLength(1));
    expect([refused.copies.requests.length, explained.copies.requests[0]?.url]).toEqual([0, '/real']);
  });

  test('is made of as many requests as the share says', async () => {
    await using mirrored = await start({ sample_ratio: 0.5 });
    await Promise.all(Array.from({ length: 200 }, () => mirrored.gateway.get('/')));
    await eventually(() => expect(mirrored.copies.requests.length).toBeGreaterThan(30));
    // Ten standard deviations: by chance alone this fails once in 10^23 runs.
    expect(mirrored.copies.requests.length).toBeLessThan(170);
  });
});

test('what variables say of the upstream, they do not say of the mirror', async () => {
  const seen: (string | undefined)[] = [];
  await using copies = await startUpstream();
  await using own = await startUpstream((_req, res) => {
    const poll = setInterval(() => {
      if (copies.requests.length === 0) return;
      clearInterval(poll);
      res.end('own');
    }, 1);
  });
  const plugins = { 'proxy-mirror': { host: copies.url } };
  const route = { uri: '/*', upstream: own.url, plugins };
  await using gateway = await startGateway([proxyMirror], route, {
    onRequestEnd: (exchange) => seen.push(exchange.variable('upstream_addr'), exchange.variable('upstream_status')),
  });
  await gateway.get('/');
  await eventually(() => expect(seen).toEqual([own.node, '200']));
});

test.each([
  [{}, 'property "host" is required'],
  [{ host: '127.0.0.1:1999' }, 'property "host" validation failed'],
  [{ host: 'http://h/path' }, 'property "host" validation failed'],
  [{ host: 'http://h:70000' }, 'invalid port in host: 70000'],
  [{ host: 'http://h', path: 'a' }, 'property "path" validation failed'],
  [{ host: 'http://h', path: '/a b' }, 'path must be percent-encoded'],
  [{ host: 'http://h', sample_ratio: 10 }, 'property "sample_ratio" validation failed: expected 10 to be at most 1'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'proxy-mirror': config } };
  await expect(startGateway([proxyMirror], route)).rejects.toThrow(message);
});
