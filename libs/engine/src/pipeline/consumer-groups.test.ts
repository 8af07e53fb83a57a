import { startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { expect, test } from 'vitest';
import { keyedAuth, tracer } from './fixtures/test-plugin.ts';

const plugins = [keyedAuth, tracer('shared', { priority: 3 }), tracer('grouped', { priority: 2 }), tracer('own')];

function consumer(value: object): TestResource {
  return { kind: 'consumer', id: 'ann', value: { username: 'ann', group_id: 'g', ...value } };
}

async function setUp(...resources: TestResource[]) {
  const upstream = await startUpstream((req, res) => res.end(req.headers['x-trace']));
  const route = { uri: '/*', upstream: upstream.url, plugins: { keyed: {}, shared: { word: '(route)' } } };
  const gateway = await startGateway(plugins, [...resources, { kind: 'route', id: '1', value: route }]);
  return {
    gateway,
    ask: () => gateway.get('/', { 'x-key': 'k' }),
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

const group = (words: object): TestResource => ({ kind: 'consumer_group', id: 'g', value: { plugins: words } });
const rewritten = 'shared(route):rewrite';

test('a consumer whose group is missing is answered 503, until the group is there', async () => {
  await using set = await setUp(consumer({ plugins: { keyed: { key: 'k' } } }));
  expect((await set.ask()).statusCode).toBe(503);
  set.gateway.apply(group({}));
  expect((await set.ask()).statusCode).toBe(200);
  set.gateway.apply({ kind: 'consumer_group', id: 'g', value: null });
  expect((await set.ask()).statusCode).toBe(503);
});

test('a group replaces what the route says, and the consumer what the group says', async () => {
  await using set = await setUp(
    group({ shared: { word: '(group)' }, grouped: { word: '(group)' } }),
    consumer({ plugins: { keyed: { key: 'k' }, grouped: { word: '(ann)' } } }),
  );
  expect((await set.ask()).body).toBe(
    `${rewritten} grouped(ann):rewrite shared(group):access grouped(ann):access shared(group):before grouped(ann):before`,
  );
});

test('a changed group is in force with the next request', async () => {
  await using set = await setUp(group({ own: {} }), consumer({ plugins: { keyed: { key: 'k' } } }));
  expect((await set.ask()).body).toContain('own:access');
  set.gateway.apply(group({ own: { word: '(new)' } }));
  expect((await set.ask()).body).toContain('own(new):access');
  set.gateway.apply(group({}));
  expect((await set.ask()).body).toBe(`${rewritten} shared(route):access shared(route):before`);
});
