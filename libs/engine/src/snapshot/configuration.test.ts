import { NodeCounters } from '@sluice/counters';
import { capturedLog, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../engine.ts';
import { keyedAuth, testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const upstream = { type: 'roundrobin', nodes: { '127.0.0.1:1': 1 } };

function change(kind: string, id: string, value: object | null, revision = 1) {
  const body = value && Buffer.from(JSON.stringify(kind === 'consumer' ? value : { id, ...value }));
  return { kind, id, body, createdRevision: revision, modifiedRevision: revision };
}

function engineWith(...plugins: Parameters<typeof createEngine>[0]['plugins']): Engine {
  const clock = { now: () => 0 };
  return createEngine({
    plugins,
    log: capturedLog(),
    counters: new NodeCounters({ clock, slotCount: 64 }),
    version: '0',
  });
}

function ids(engine: Engine): string[] {
  return [...engine.dump()].map(({ kind, id }) => `${kind}/${id}`).toSorted();
}

describe('a batch with anything wrong in it changes nothing', () => {
  test.each([
    [
      'route',
      { uri: 5, upstream },
      'invalid configuration: property "uri" validation failed: wrong type: expected string, got number',
      '/uri',
    ],
    ['route', { uri: '/', host: 'a', hosts: ['b'], upstream }, 'only one of host or hosts is allowed', undefined],
    [
      'route',
      { uri: '/', upstream, vars: [['a', '=', 1]] },
      "failed to validate the 'vars' expression: invalid operator '='",
      undefined,
    ],
    ['route', { uri: '/', upstream, plugins: { nope: {} } }, 'unknown plugin [nope]', '/plugins/nope'],
    [
      'route',
      { uri: '/', upstream, plugins: { p: { word: 5 } } },
      /^failed to check the configuration of plugin p err: property "word"/,
      '/plugins/p/word',
    ],
    [
      'route',
      { uri: '/', upstream, plugins: { p: { _meta: { filter: [['a', '<>', 1]] } } } },
      /invalid operator '<>'/,
      '/plugins/p/_meta/filter',
    ],
    ['plugin_metadata', { word: 5 }, /^invalid configuration: property "word"/, '/word'],
  ])('%s %j', (kind, value, message, field) => {
    const engine = engineWith(testPlugin('p', () => ({})));
    const id = kind === 'plugin_metadata' ? 'p' : '1';

    const errors = engine.apply({
      type: 'delta',
      changes: [change('route', 'good', { uri: '/', upstream }), change(kind, id, value)],
    });

    const text: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(errors).toEqual([field === undefined ? { kind, id, message: text } : { kind, id, message: text, field }]);
    expect(ids(engine)).toEqual([]);
  });

  test('every error is told, not only the first', () => {
    const engine = engineWith();
    const errors = engine.apply({
      type: 'snapshot',
      changes: [
        change('route', 'a', {}),
        change('route', 'b', {}),
        { ...change('route', 'c', {}), body: Buffer.from('{') },
      ],
    });
    expect(errors.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe('a snapshot', () => {
  test('replaces everything, a delta only what it names', () => {
    const engine = engineWith();
    engine.apply({
      type: 'snapshot',
      changes: [change('route', '1', { uri: '/', upstream }), change('route', '2', { uri: '/', upstream })],
    });
    engine.apply({
      type: 'delta',
      changes: [change('route', '3', { uri: '/', upstream }, 2), change('route', '1', null, 2)],
    });
    expect(ids(engine)).toEqual(['route/2', 'route/3']);
    engine.apply({ type: 'snapshot', changes: [change('route', '4', { uri: '/', upstream }, 3)] });
    expect(ids(engine)).toEqual(['route/4']);
  });

  test('that says nothing new disposes of nothing', async () => {
    let disposed = 0;
    const plugin = testPlugin('p', () => ({ dispose: () => void (disposed += 1) }));
    await using gateway = await startGateway([plugin], []);
    const snapshot = {
      type: 'snapshot',
      changes: [change('route', '1', { uri: '/*', upstream, plugins: { p: {} } })],
    } as const;
    gateway.engine.apply(snapshot);
    await gateway.get('/');

    gateway.engine.apply(snapshot);
    gateway.engine.apply({ type: 'delta', changes: [change('route', '2', { uri: '/2', upstream }, 2)] });
    await gateway.get('/');

    expect(disposed).toBe(0);
  });
});

describe('a start without a last good copy', () => {
  test('serves what is valid, and answers 503 for what is not', async () => {
    await using origin = await startUpstream();
    await using gateway = await startGateway([], []);
    const nodes = { type: 'roundrobin', nodes: { [origin.node]: 1 } };

    const errors = gateway.engine.apply(
      {
        type: 'snapshot',
        changes: [
          change('route', 'good', { uri: '/good', upstream: nodes }),
          change('route', 'bad', { uri: '/bad', upstream: nodes, plugins: { nope: {} } }),
        ],
      },
      { partial: true },
    );

    expect(errors).toHaveLength(1);
    expect((await gateway.get('/good')).statusCode).toBe(200);
    expect((await gateway.get('/bad')).statusCode).toBe(503);
    gateway.apply({ kind: 'route', id: 'bad', value: { uri: '/bad', upstream: nodes } });
    expect((await gateway.get('/bad')).statusCode).toBe(200);
  });
});

describe('requests in flight', () => {
  test('keep the configuration that they began with; its plugins go when the last of them has left', async () => {
    const events: string[] = [];
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const plugin = testPlugin('p', ({ word }) => ({
      responseHeader: (ctx) => ctx.response.headers.set('X-Word', word ?? ''),
      dispose: () => void events.push(`disposed ${word}`),
    }));
    await using origin = await startUpstream((_req, res) => void mayAnswer.then(() => res.end()));
    const route = (word: string) => ({ uri: '/*', upstream: origin.url, plugins: { p: { word } } });
    await using gateway = await startGateway([plugin], route('old'));

    const old = gateway.get('/');
    await expect.poll(() => origin.requests.length).toBe(1);
    gateway.apply({ kind: 'route', id: '1', value: route('new') });
    const next = gateway.get('/');
    await expect.poll(() => origin.requests.length).toBe(2);
    expect(events).toEqual([]);
    answer();

    expect((await old).headers['x-word']).toBe('old');
    expect((await next).headers['x-word']).toBe('new');
    await expect.poll(() => events).toEqual(['disposed old']);
  });

  test('finish although their route is deleted', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    await using origin = await startUpstream((_req, res) => void mayAnswer.then(() => res.end()));
    await using gateway = await startGateway([], { uri: '/*', upstream: origin.url });

    const running = gateway.get('/');
    await expect.poll(() => origin.requests.length).toBe(1);
    gateway.apply({ kind: 'route', id: '1', value: null });
    answer();

    expect((await running).statusCode).toBe(200);
    expect((await gateway.get('/')).statusCode).toBe(404);
  });
});

test('the cost of a change does not grow with the number of routes', () => {
  const engine = engineWith();
  const count = 20_000;
  const routes = Array.from({ length: count }, (_, i) =>
    change('route', String(i), { uri: `/r/${i}/*`, service_id: 's' }),
  );
  engine.apply({ type: 'snapshot', changes: [change('service', 's', { upstream }), ...routes] });
  const cost = (make: (i: number) => ReturnType<typeof change>): number => {
    const started = process.cpuUsage();
    for (let i = 0; i < 50; i += 1) engine.apply({ type: 'delta', changes: [make(i)] });
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000 / 50;
  };

  expect(cost((i) => change('route', String(i * 7), { uri: `/x/${i}`, service_id: 's' }, 2))).toBeLessThan(2);
  expect(cost((i) => change('service', 's', { upstream, desc: String(i) }, 3))).toBeLessThan(2);
  expect(cost((i) => change('global_rule', 'g', { plugins: {}, desc: undefined, update_time: i }, 4))).toBeLessThan(2);
});

test('a dump shows what is served, without the keys of consumers', () => {
  const auth = {
    ...keyedAuth,
    schema: { ...keyedAuth.schema, secrets: { config: [], consumer: ['key'], metadata: [] } },
  };
  const engine = engineWith(auth);
  engine.apply({
    type: 'snapshot',
    changes: [change('consumer', 'ann', { username: 'ann', plugins: { keyed: { key: 'geheim' } } })],
  });
  expect(JSON.stringify([...engine.dump()])).toContain('ann');
  expect(JSON.stringify([...engine.dump()])).not.toContain('geheim');
});
