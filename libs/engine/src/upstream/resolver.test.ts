import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { Resolver } from './resolver.ts';

function setUp(answers: (readonly string[] | Error)[]) {
  let now = 0;
  const asked: string[] = [];
  const lookup = (host: string) => {
    asked.push(host);
    const answer = answers.shift() ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const resolver = new Resolver({ now: () => now }, lookup);
  return { resolver, asked, pass: (ms: number) => (now += ms) };
}

test('a name that cannot be found has no address, and is asked for again later', async () => {
  const { resolver, asked, pass } = setUp([new Error('ENOTFOUND'), ['10.0.0.1']]);
  expect(await resolver.resolve('a')).toEqual([]);
  pass(11_000);
  expect(await resolver.resolve('a')).toEqual(['10.0.0.1']);
  expect(asked).toEqual(['a', 'a']);
});

test('a failed look-up keeps the last good answer', async () => {
  const { resolver, pass } = setUp([['10.0.0.1'], new Error('SERVFAIL')]);
  await resolver.resolve('a');
  pass(11_000);
  expect(resolver.resolve('a')).toEqual(['10.0.0.1']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(resolver.resolve('a')).toEqual(['10.0.0.1']);
});

test('many requests at once ask once, and a stale answer serves while the next is fetched', async () => {
  const { resolver, asked, pass } = setUp([['10.0.0.1'], ['10.0.0.2']]);
  await Promise.all([resolver.resolve('a'), resolver.resolve('a')]);
  expect(asked).toHaveLength(1);
  pass(11_000);
  expect(resolver.resolve('a')).toEqual(['10.0.0.1']);
  await expect.poll(() => resolver.resolve('a')).toEqual(['10.0.0.2']);
});

test('an address needs no look-up, in brackets or not', () => {
  const { resolver, asked } = setUp([]);
  expect([resolver.resolve('127.0.0.1'), resolver.resolve('[::1]'), resolver.resolve('::1')]).toEqual([
    ['127.0.0.1'],
    ['::1'],
    ['::1'],
  ]);
  expect(asked).toEqual([]);
});

test('a node may be a name; one that has no address is a bad gateway', async () => {
  await using upstream = await startUpstream();
  const upstreamOf = (host: string) => ({
    type: 'roundrobin',
    pass_host: 'node',
    nodes: { [`${host}:${upstream.port}`]: 1 },
  });
  const lookup = (host: string) => Promise.resolve(host === 'good.test' ? ['127.0.0.1'] : []);
  const routes = ['good.test', 'bad.test'].map((host) => ({
    kind: 'route',
    id: host,
    value: { uri: `/${host}`, upstream: upstreamOf(host) },
  }));
  await using gateway = await startGateway([], routes, { lookup });

  expect((await gateway.get('/good.test')).statusCode).toBe(200);
  expect((await gateway.get('/bad.test')).statusCode).toBe(502);
  expect(upstream.requests[0]?.headers.host).toBe(`good.test:${upstream.port}`);
});

test('localhost is where servers of this machine listen', async () => {
  await using upstream = await startUpstream();
  const nodes = { [`localhost:${upstream.port}`]: 1 };
  await using gateway = await startGateway([], { uri: '/*', upstream: { type: 'roundrobin', nodes } });

  for (let i = 0; i < 4; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);
});
