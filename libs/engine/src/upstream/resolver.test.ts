import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { Resolver } from './resolver.ts';

function setUp(answers: (readonly string[] | Error)[], validMs = 10_000) {
  let now = 0;
  const asked: string[] = [];
  const lookup = (host: string) => {
    asked.push(host);
    const answer = answers.shift() ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ addresses: answer, validMs });
  };
  const resolver = new Resolver({ now: () => now }, lookup);
  return { resolver, asked, pass: (ms: number) => (now += ms) };
}

test.each([
  ['cannot be found', []],
  ['cannot be asked for', new Error('SERVFAIL')],
])(
  'a name that %s has no address, is not asked for with every request, and is soon asked for again',
  async (_how, first) => {
    const { resolver, asked, pass } = setUp([first, ['10.0.0.1']]);
    expect(await resolver.resolve('a')).toEqual([]);
    pass(1_000);
    expect(resolver.resolve('a')).toEqual([]);
    expect(resolver.next('a')).toBeUndefined();
    expect(asked).toHaveLength(1);
    pass(1_000);
    expect(await resolver.resolve('a')).toEqual(['10.0.0.1']);
  },
);

test.each([[[]], [new Error('SERVFAIL')]])('a look-up that fails (%s) keeps the last good answer', async (failure) => {
  const { resolver, asked, pass } = setUp([['10.0.0.1'], failure]);
  await resolver.resolve('a');
  pass(11_000);
  expect(resolver.resolve('a')).toEqual(['10.0.0.1']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(resolver.next('a')).toBe('10.0.0.1');
  expect(asked).toHaveLength(2);
});

test('many requests at once ask once, and a stale answer serves while the next is fetched', async () => {
  const { resolver, asked, pass } = setUp([['10.0.0.1'], ['10.0.0.2']]);
  await Promise.all([resolver.resolve('a'), resolver.next('a')]);
  expect(asked).toHaveLength(1);
  pass(11_000);
  expect(resolver.resolve('a')).toEqual(['10.0.0.1']);
  await expect.poll(() => resolver.resolve('a')).toEqual(['10.0.0.2']);
});

test.each([
  [30_000, 30_000],
  [0, 1_000],
  [Number.POSITIVE_INFINITY, 24 * 3_600_000],
])('an answer that holds %i ms is asked for again after %i', async (validMs, expected) => {
  const { resolver, asked, pass } = setUp([['10.0.0.1'], ['10.0.0.2']], validMs);
  await resolver.resolve('a');
  pass(expected - 1);
  resolver.resolve('a');
  expect(asked).toHaveLength(1);
  pass(1);
  resolver.resolve('a');
  expect(asked).toHaveLength(2);
});

test('all addresses of a name have their turn', async () => {
  const { resolver } = setUp([['10.0.0.1', '10.0.0.2', '10.0.0.3']]);
  const turns = [await resolver.next('a')];
  for (let i = 0; i < 5; i += 1) turns.push(await resolver.next('a'));
  expect(turns).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1', '10.0.0.2', '10.0.0.3']);
});

test('an address needs no look-up, in brackets or not', () => {
  const { resolver, asked } = setUp([]);
  expect([resolver.next('127.0.0.1'), resolver.next('[::1]'), resolver.resolve('::1')]).toEqual([
    '127.0.0.1',
    '::1',
    ['::1'],
  ]);
  expect(asked).toEqual([]);
});

test('nodes whose names have no address are no service, whoever lists them and whatever they weigh', async () => {
  await using upstream = await startUpstream();
  const upstreamOf = (host: string, weight = 1) => ({
    type: 'roundrobin',
    pass_host: 'node',
    nodes: { [`${host}:${upstream.port}`]: weight },
  });
  const lookup = (host: string) =>
    Promise.resolve({ addresses: host === 'good.test' ? ['127.0.0.1'] : [], validMs: 1000 });
  const resources = [
    { kind: 'upstream', id: 'u', value: upstreamOf('bad.test') },
    { kind: 'route', id: '1', value: { uri: '/good', upstream: upstreamOf('good.test') } },
    { kind: 'route', id: '2', value: { uri: '/inline', upstream: upstreamOf('bad.test') } },
    { kind: 'route', id: '3', value: { uri: '/own', upstream_id: 'u' } },
    { kind: 'route', id: '4', value: { uri: '/weightless', upstream: upstreamOf('bad.test', 0) } },
    { kind: 'route', id: '5', value: { uri: '/resting', upstream: upstreamOf('good.test', 0) } },
  ];
  await using gateway = await startGateway([], resources, { lookup });

  expect((await gateway.get('/good')).statusCode).toBe(200);
  for (const path of ['/inline', '/own', '/weightless']) expect((await gateway.get(path)).statusCode).toBe(503);
  expect((await gateway.get('/resting')).statusCode).toBe(502);
  expect(upstream.requests[0]?.headers.host).toBe(`good.test:${upstream.port}`);
});

test('the addresses of a name are kept while any upstream has it, and go with the last', async () => {
  await using upstream = await startUpstream();
  const asked: string[] = [];
  const lookup = (host: string) => {
    asked.push(host);
    return Promise.resolve({ addresses: ['127.0.0.1'], validMs: 3_600_000 });
  };
  const value = (host: string) => ({ type: 'roundrobin', nodes: { [`${host}:${upstream.port}`]: 1 } });
  const [own, route] = [
    { kind: 'upstream', id: 'u', value: value('a.test') },
    { kind: 'route', id: '1', value: { uri: '/own', upstream_id: 'u' } },
  ];
  const inline = { kind: 'route', id: '2', value: { uri: '/inline', upstream: value('a.test') } };
  await using gateway = await startGateway([], [own, route, inline], { lookup });
  const ask = async (path: string) => expect((await gateway.get(path)).statusCode).toBe(200);
  await ask('/own');
  await ask('/inline');

  gateway.apply({ ...inline, value: null });
  await ask('/own');
  expect(asked).toEqual(['a.test']);

  gateway.apply({ ...own, value: value('b.test') });
  await ask('/own');
  gateway.apply({ ...own, value: value('a.test') });
  await ask('/own');
  expect(asked).toEqual(['a.test', 'b.test', 'a.test']);

  gateway.apply({ ...route, value: null }, { ...own, value: null });
  gateway.apply(own, route);
  await ask('/own');
  expect(asked).toEqual(['a.test', 'b.test', 'a.test', 'a.test']);
});

test('localhost is where servers of this machine listen', async () => {
  await using upstream = await startUpstream();
  const nodes = { [`localhost:${upstream.port}`]: 1 };
  await using gateway = await startGateway([], { uri: '/*', upstream: { type: 'roundrobin', nodes } });

  for (let i = 0; i < 4; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);
});
