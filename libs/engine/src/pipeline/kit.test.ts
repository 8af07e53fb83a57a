import { type AnyPlugin, definePlugin, type Hooks, type Kit, reply } from '@sluice/plugin-kit';
import { definePluginSchema } from '@sluice/schema';
import { startGateway, startUpstream } from '@sluice/testing';
import Type from 'typebox';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { testPlugin } from './fixtures/test-plugin.ts';

const own = { uri: '/*', plugins: { outer: {} } };

function outer(setup: (kit: Kit) => Hooks): AnyPlugin {
  return testPlugin('outer', (_config, kit) => setup(kit));
}

test('a service that does not answer in time, or answers too much, rejects', async () => {
  await using silent = await startUpstream(() => {});
  await using long = await startUpstream((_req, res) => res.end('x'.repeat(1000)));
  const plugin = outer(({ http }) => {
    const client = http({ timeoutMs: 50 });
    const outcome = (work: Promise<unknown>) =>
      work.then(
        () => 'answered',
        (error: Error) => error.name,
      );
    return {
      access: async () =>
        reply(200, [
          await outcome(client.request(silent.url)),
          await outcome(client.request(long.url).then((answer) => answer.text(100))),
          await outcome(client.request('http://127.0.0.1:1/')),
        ]),
    };
  });
  await using gateway = await startGateway([plugin], own);
  expect((await gateway.get('/')).json()).toEqual(['HeadersTimeoutError', 'RangeError', 'Error']);
});

test('a service is called over kept connections, and a client that goes ends the call', async () => {
  await using service = await startUpstream((_req, res) =>
    res.writeHead(418, { 'X-A': ['1', '2'] }).end('{"ok":true}'),
  );
  const plugin = outer(({ http }) => {
    const client = http();
    return {
      async access(ctx) {
        const answer = await client.request(service.url, { query: { a: '1' }, signal: ctx.signal });
        return reply(200, [answer.status, answer.headers['x-a'], await answer.json()]);
      },
    };
  });
  await using gateway = await startGateway([plugin], own);
  for (let i = 0; i < 3; i += 1) expect((await gateway.get('/')).json()).toEqual([418, '1, 2', { ok: true }]);
  expect([service.requests[0]?.url, service.connections]).toEqual(['/?a=1', 1]);
});

test('a plugin runs another one that it has set up, and disposes of it with itself', async () => {
  const disposed: string[] = [];
  const inner = testPlugin('inner', ({ word = '' }, kit) => ({
    access: ({ request }) => (request.path === '/no' ? reply(403, `${word} of ${kit.owner.id}`) : undefined),
    dispose: () => void disposed.push(word),
  }));
  const plugin = outer((kit) => {
    const composed = kit.compose('inner', { word: 'refused' }, 'rule-1');
    const unknown = kit.compose('nobody', {}, '');
    return { access: (ctx) => (unknown === undefined ? composed?.hooks.access?.(ctx) : reply(500)) };
  });
  await using gateway = await startGateway([inner, plugin], own);
  expect((await gateway.get('/no')).body).toBe('refused of 1/rule-1');
  expect((await gateway.get('/yes')).statusCode).toBe(503);
  gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(disposed).toEqual(['refused']));
});

test('what a plugin makes of a resource is made once, and again when the resource changes', async () => {
  const compiled: unknown[] = [];
  const plugin = outer(({ resource }) => {
    const read = resource('upstream', 'u', (value) => (compiled.push(value['name']), `<${String(value['name'])}>`));
    return { access: () => reply(200, read() ?? 'none') };
  });
  await using gateway = await startGateway([plugin], own);
  const upstream = (name: string) => ({ kind: 'upstream', id: 'u', value: { name, type: 'roundrobin', nodes: {} } });
  expect((await gateway.get('/')).body).toBe('none');
  gateway.apply(upstream('one'));
  for (let i = 0; i < 2; i += 1) expect((await gateway.get('/')).body).toBe('<one>');
  gateway.apply(upstream('two'));
  expect((await gateway.get('/')).body).toBe('<two>');
  expect(compiled).toEqual(['one', 'two']);
});

test('a task runs again and again, also after a failure, until its configuration is gone', async () => {
  let [runs, disposed] = [0, false];
  const plugin = outer(({ every }) => {
    every(0, () => {
      runs += 1;
      if (runs === 1) throw new Error('first');
    });
    return { access: () => reply(204), dispose: () => void (disposed = true) };
  });
  await using gateway = await startGateway([plugin], own);
  await gateway.get('/');
  await eventually(() => expect(runs).toBeGreaterThan(2));
  expect(gateway.log.lines.map(({ message }) => message)).toContain('a task of a plugin failed');
  gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(disposed).toBe(true));
  const seen = runs;
  // As long as several runs would have taken.
  for (let rounds = 0; rounds < 50; rounds += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toBe(seen);
});

test('values of plugins do not meet in the store, and end with their time', async () => {
  const clock = { ms: Date.now(), now: () => clock.ms };
  const seen: unknown[] = [];
  const user = (name: string) =>
    testPlugin(name, (_config, { store }) => ({
      access() {
        seen.push(store.get('k') && Buffer.from(store.get('k') ?? []).toString());
        store.set('k', Buffer.from(name), 10);
        seen.push(store.set('big', Buffer.alloc(1e6), 10));
        return undefined;
      },
    }));
  await using gateway = await startGateway(
    [user('one'), user('two')],
    { uri: '/*', plugins: { one: {}, two: {} } },
    { clock },
  );
  await gateway.get('/');
  await gateway.get('/');
  clock.ms += 10_000;
  await gateway.get('/');
  const values = ['one', 'two'].flatMap((name) => [name, false]);
  const nothing = [undefined, false, undefined, false];
  expect(seen).toEqual([...nothing, ...values, ...nothing]);
});

test('addresses of plugins are found by method and path, and made anew with the metadata', async () => {
  const schema = definePluginSchema({
    name: 'served',
    category: 'test',
    priority: 1,
    title: 'served',
    description: 'For tests.',
    config: Type.Object({}),
    metadata: Type.Object({ word: Type.Optional(Type.String()) }),
  });
  const served = definePlugin(
    schema,
    () => ({}),
    (kit) => [
      { methods: ['GET'], path: '/apisix/served', handle: () => reply(200, JSON.stringify(kit.metadata ?? null)) },
      { methods: ['PURGE'], path: '/cache/:route/:key', handle: (_ctx, params) => reply(200, params) },
    ],
  );
  const open = outer((kit) => ({
    access: (ctx) => kit.endpoints.find(ctx.request.method, ctx.request.path)?.(ctx) ?? reply(404, 'none'),
  }));
  await using gateway = await startGateway([served as AnyPlugin, open], own);
  const statuses = [
    await gateway.get('/apisix/other'),
    await gateway.request({ method: 'POST', path: '/apisix/served' }),
    await gateway.request({ method: 'PURGE', path: '/cache/a' }),
  ];
  expect(statuses.map(({ body }) => body)).toEqual(['none', 'none', 'none']);
  expect((await gateway.request({ method: 'PURGE', path: '/cache/a/b' })).json()).toEqual({ route: 'a', key: 'b' });
  expect((await gateway.get('/apisix/served')).body).toBe('null');
  gateway.apply({ kind: 'plugin_metadata', id: 'served', value: { word: 'new' } });
  expect((await gateway.get('/apisix/served')).body).toContain('"word":"new"');
});

test('an expression is compiled once and asked of each request', async () => {
  const plugin = outer(({ expression }) => {
    const matches = expression([['arg_v', '==', '2']]);
    return { access: (ctx) => reply(200, String(matches(ctx))) };
  });
  await using gateway = await startGateway([plugin], own);
  expect([(await gateway.get('/?v=1')).body, (await gateway.get('/?v=2')).body]).toEqual(['false', 'true']);
});
