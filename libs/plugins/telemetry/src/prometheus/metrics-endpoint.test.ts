import { definePlugin } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { startGateway, type TestResource } from '@sluice/testing';
import { expect, test } from 'vitest';
import { prometheus } from './plugin.ts';

/** Opens the address that a request asks for. */
const opener = definePlugin(
  definePluginSchema({
    name: 'opener',
    category: 'test',
    priority: 1,
    title: 'Opener',
    description: 'For tests.',
    config: Type.Object({}),
  }),
  (_config, { endpoints }) => ({
    access: (ctx) => endpoints.find(ctx.request.method, ctx.request.path)?.(ctx),
  }),
);

const counted: TestResource = { kind: 'global_rule', id: '1', value: { plugins: { prometheus: {} } } };
const opened: TestResource = { kind: 'route', id: 'open', value: { uri: '/*', plugins: { opener: {} } } };

test.each([
  ['where it is known to be', {}, '/apisix/prometheus/metrics'],
  ['where the operator wants them', { prometheus: { export_uri: '/shown' } }, '/shown'],
])('a route shows the metrics %s, with what was counted before', async (_case, attributes, path) => {
  await using gateway = await startGateway([prometheus, opener], [counted, opened], { attributes });
  await gateway.get('/counted');
  await expect.poll(() => gateway.engine.openRequests).toBe(0);

  const { statusCode, headers, body } = await gateway.get(path);

  expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(body).toMatch(/^apisix_http_status\{code="503",route="open",.*\} 1$/m);
});

test('nobody else can be asked for them, and nobody can change them', async () => {
  await using gateway = await startGateway([prometheus, opener], [counted, opened]);
  const { statusCode } = await gateway.request({ method: 'PATCH', path: '/apisix/prometheus/metrics' });
  expect(statusCode).toBe(503);
});
