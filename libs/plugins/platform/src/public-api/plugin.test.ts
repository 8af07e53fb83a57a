import { definePlugin, reply } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { startGateway, type TestResource } from '@sluice/testing';
import { expect, test } from 'vitest';
import { publicApi } from './plugin.ts';

const words = { category: 'test', title: 'Test', description: 'For tests.', config: Type.Object({}) };
/** Serves two addresses. */
const clock = definePlugin(
  definePluginSchema({ name: 'clock', priority: 1, ...words }),
  () => ({}),
  () => [
    { methods: ['GET'], path: '/clock/now', handle: () => reply(200, 'now') },
    { methods: ['POST'], path: '/clock/:zone', handle: (_ctx, { zone }) => reply(200, `set to ${zone}`) },
  ],
);
const closed = definePlugin(definePluginSchema({ name: 'closed', priority: 2500, ...words }), () => ({
  rewrite: () => reply(401, 'closed'),
}));

const route = (id: string, uri: string, plugins: object): TestResource => ({
  kind: 'route',
  id,
  value: { uri, plugins },
});
const start = (...routes: TestResource[]) => startGateway([publicApi, clock, closed], routes);

test('without a route nobody reaches the address of a plugin', async () => {
  await using gateway = await start(route('1', '/other', { 'public-api': {} }));
  expect((await gateway.get('/clock/now')).statusCode).toBe(404);
});

test('the other plugins of the route come first', async () => {
  await using gateway = await start(route('1', '/clock/now', { 'public-api': {}, closed: {} }));
  expect((await gateway.get('/clock/now')).body).toBe('closed');
});

test.each([
  ['GET', '/clock/nothing'],
  ['POST', '/clock/now/then'],
  ['PATCH', '/clock/now'],
])('%s %s is 404 where no plugin serves it', async (method, path) => {
  await using gateway = await start(route('1', '/*', { 'public-api': {} }));
  const response = await gateway.request({ method, path });
  expect(response.statusCode).toBe(404);
  expect(response.body).toContain('404 Not Found');
});

test('the path of the request is the address, unless another is given', async () => {
  await using gateway = await start(
    route('1', '/clock/*', { 'public-api': {} }),
    route('2', '/what-time', { 'public-api': { uri: '/clock/now' } }),
    route('3', '/wrong', { 'public-api': { uri: '/nowhere' } }),
  );
  expect((await gateway.get('/clock/now?x=1')).body).toBe('now');
  expect((await gateway.request({ method: 'POST', path: '/clock/utc' })).body).toBe('set to utc');
  expect((await gateway.get('/what-time')).body).toBe('now');
  expect((await gateway.get('/wrong')).statusCode).toBe(404);
});

test('an address that is no text is refused', async () => {
  await expect(start(route('1', '/', { 'public-api': { uri: 3233 } }))).rejects.toThrow(
    'property "uri" validation failed: wrong type: expected string, got number',
  );
});
