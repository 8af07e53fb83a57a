import { type Answer, clientBody, relay, reply, type RequestContext, SendError } from '@sluice/plugin-kit';
import { rawClient, startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

/** A plugin that does in `access` what a test wants, with two further upstreams: one that is spelled out, one by id. */
function taker(act: (ctx: RequestContext, kit: Parameters<Parameters<typeof testPlugin>[1]>[1]) => unknown) {
  return testPlugin('taker', (_config, kit) => ({ access: (ctx) => act(ctx, kit) as never }));
}

function route(upstream: string) {
  return { uri: '/*', upstream, plugins: { taker: {} } };
}

const textOf = async (answer: Answer) => Buffer.from((await answer.read(1e6)) ?? []).toString();

test('an upstream that is not there rejects with what a proxied request would be answered with', async () => {
  await using upstream = await startUpstream();
  await upstream.close();
  const plugin = taker(async (ctx, kit) => {
    const failures = await Promise.all(
      [kit.upstream({ id: 'nobody' }), undefined].map((target) =>
        ctx
          .send(target ? { upstream: target } : {})
          .catch((error: SendError) => [error.name, error.code, error.status]),
      ),
    );
    return reply(200, failures);
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  expect((await gateway.get('/')).json()).toEqual([
    ['SendError', 'UPSTREAM_UNKNOWN', 503],
    ['SendError', 'UPSTREAM_UNREACHABLE', 502],
  ]);
});

test.each([
  ['a path that ends the request line', { path: '/a HTTP/1.1\r\nX: y' }],
  ['a method that is none', { method: 'GET /' }],
  ['a header that splits the message', { headers: { 'X-A': 'b\r\nX-C: d' } }],
])('%s is never sent', async (_what, request) => {
  await using upstream = await startUpstream();
  const plugin = taker((ctx) => ctx.send(request).then(relay));
  await using gateway = await startGateway([plugin], route(upstream.url));
  expect((await gateway.get('/')).statusCode).toBe(500);
  expect(upstream.requests).toHaveLength(0);
});

test('a client that goes away ends what a plugin has under way, also what is only waiting', async () => {
  let isAborted = false;
  await using upstream = await startUpstream((_req, res) => res.on('close', () => (isAborted = true)));
  const outcomes: unknown[] = [];
  const plugin = taker(async (ctx) => {
    ctx.signal.addEventListener('abort', () => outcomes.push('aborted'));
    const error = await ctx.send({}).catch((reason: SendError) => reason);
    outcomes.push((error as SendError).code);
    return reply(200);
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  using client = await rawClient(gateway.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(upstream.requests).toHaveLength(1));
  client.socket.destroy();
  await eventually(() => expect(isAborted).toBe(true));
  await eventually(() => expect(outcomes.toSorted()).toEqual(['REQUEST_ENDED', 'aborted']));
  expect(gateway.engine.openRequests).toBe(0);
});

test('an answer that breaks off rejects its reader, and the client does not get it as a whole one', async () => {
  await using broken = await startRawServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      setImmediate(() => socket.destroy());
    });
  });
  const plugin = taker((ctx) => ctx.send({}).then((answer) => relay(answer)));
  await using gateway = await startGateway([plugin], route(`http://127.0.0.1:${broken.port}`));
  await expect(gateway.get('/')).rejects.toThrow();
});

test('where the first upstream fails before its answer, the second gets the whole body', async () => {
  await using dying = await startRawServer((socket) => socket.on('data', () => socket.destroy()));
  await using second = await startUpstream((req, res) => void req.on('end', () => res.end('second')));
  const plugin = testPlugin('taker', (_config, kit) => {
    const fallback = kit.upstream({ nodes: { [second.node]: 1 } });
    return {
      async access(ctx) {
        const body = await ctx.request.readBody(1000);
        try {
          return relay(await ctx.send({ body }));
        } catch (error) {
          if (!(error instanceof SendError)) throw error;
          return relay(await ctx.send({ upstream: fallback, body }));
        }
      },
    };
  });
  await using gateway = await startGateway([plugin], route(`http://127.0.0.1:${dying.port}`));
  const answer = await gateway.request({ method: 'POST', path: '/pay', body: 'money' });
  expect([answer.statusCode, answer.body]).toEqual([200, 'second']);
  expect(second.requests.map(({ method, url, body }) => [method, url, body])).toEqual([['POST', '/pay', 'money']]);
});

test('two answers become one', async () => {
  await using users = await startUpstream((_req, res) => res.end('{"name":"ann"}'));
  await using orders = await startUpstream((_req, res) => res.end('[1,2]'));
  const plugin = taker(async (ctx, kit) => {
    const target = kit.upstream({ id: 'orders' });
    const [user, list] = await Promise.all([
      ctx.send({ path: '/user', query: 'id=1' }),
      ctx.send({ upstream: target, path: '/orders' }),
    ]);
    return reply(200, { user: JSON.parse(await textOf(user)), orders: JSON.parse(await textOf(list)) });
  });
  await using gateway = await startGateway(
    [plugin],
    [
      { kind: 'upstream', id: 'orders', value: { type: 'roundrobin', nodes: { [orders.node]: 1 } } },
      { kind: 'route', id: '1', value: route(users.url) },
    ],
  );
  expect((await gateway.get('/page')).json()).toEqual({ user: { name: 'ann' }, orders: [1, 2] });
  expect([users.requests[0]?.url, orders.requests[0]?.url]).toEqual(['/user?id=1', '/orders']);
  // The variables about the upstream speak of what the plugin asked.
  gateway.apply({ kind: 'upstream', id: 'orders', value: null });
  expect((await gateway.get('/page')).statusCode).toBe(500);
});

test("a request of a plugin's own says nothing of the client; one without own fields says what a proxied one does", async () => {
  await using upstream = await startUpstream();
  const plugin = taker(async (ctx) => {
    await textOf(await ctx.send({ headers: { 'X-Own': 'yes', 'X-Forwarded-For': '9.9.9.9' }, method: 'POST' }));
    await textOf(await ctx.send({}));
    return reply(204);
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  await gateway.get('/', { authorization: 'secret' });
  const [own, proxied] = upstream.requests;
  expect(own?.headers).toEqual({
    host: expect.any(String) as string,
    'x-own': 'yes',
    'x-forwarded-for': '9.9.9.9',
    'content-length': '0',
  });
  expect(proxied?.headers).toMatchObject({ authorization: 'secret', 'x-forwarded-for': '127.0.0.1' });
});

test("the client's body goes where a plugin sends it, and so does one that a plugin produces", async () => {
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  async function* counted() {
    for (let i = 0; i < 3; i += 1) yield `${i},`;
  }
  const plugin = taker(async (ctx) => {
    const body = ctx.request.path === '/own' ? counted() : clientBody;
    return relay(await ctx.send({ body }));
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  await gateway.request({ method: 'POST', path: '/client', body: 'from the client' });
  await gateway.request({ method: 'POST', path: '/own', body: 'unused' });
  expect(upstream.requests.map(({ body }) => body)).toEqual(['from the client', '0,1,2,']);
});

test('a copy that is detached outlives the exchange', async () => {
  let finish: (() => void) | undefined;
  let isCut = false;
  await using mirror = await startUpstream((_req, res) => {
    res.on('close', () => (isCut ||= !res.writableEnded));
    finish = () => res.end();
  });
  await using upstream = await startUpstream();
  const done: number[] = [];
  const plugin = testPlugin('taker', (_config, kit) => {
    const target = kit.upstream({ nodes: { [mirror.node]: 1 } });
    return {
      access(ctx) {
        void ctx.send({ upstream: target, isDetached: true }).then((answer) => {
          done.push(answer.status);
          answer.discard();
        });
        return undefined;
      },
    };
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  expect((await gateway.get('/')).body).toBe('ok');
  await eventually(() => expect(mirror.requests).toHaveLength(1));
  expect(gateway.engine.openRequests).toBe(0);
  finish?.();
  await eventually(() => expect(done).toEqual([200]));
  expect(isCut).toBe(false);
});

test('a plugin chooses the upstream, its limits, and whether to leave another plugin out', async () => {
  await using slow = await startUpstream(() => {});
  await using own = await startUpstream();
  const chooser = testPlugin(
    'taker',
    (_config, kit) => {
      const target = kit.upstream({ nodes: { [slow.node]: 1 } });
      return {
        access(ctx) {
          if (ctx.request.path === '/skip') ctx.skip('stopper');
          if (ctx.request.path === '/slow') ctx.useUpstream(target, { timeouts: { readMs: 50 }, retries: 0 });
          return undefined;
        },
      };
    },
    { priority: 200 },
  );
  const stopper = testPlugin('stopper', () => ({
    access: ({ request }) => (request.path === '/slow' ? undefined : reply(403)),
  }));
  await using gateway = await startGateway([chooser, stopper], {
    ...route(own.url),
    plugins: { taker: {}, stopper: {} },
  });
  expect((await gateway.get('/own')).statusCode).toBe(403);
  expect((await gateway.get('/skip')).statusCode).toBe(200);
  expect((await gateway.get('/slow')).statusCode).toBe(504);
});
