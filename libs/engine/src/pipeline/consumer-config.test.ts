import { definePlugin, reply } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { startGateway, type TestResource } from '@sluice/testing';
import { expect, test } from 'vitest';

const schema = definePluginSchema({
  name: 'keyed',
  category: 'test',
  priority: 2500,
  type: 'auth',
  title: 'Keyed',
  description: 'Knows consumers by a key.',
  lookupKey: 'key',
  config: Type.Object({}),
  consumer: Type.Object({ key: Type.String(), rank: Type.Integer({ default: 1 }) }),
});

test('the configuration of a consumer or credential is one object for all routes until it changes', async () => {
  const seen: unknown[] = [];
  const keyed = definePlugin(schema, (_config, { consumers }) => ({
    rewrite({ request }) {
      seen.push(consumers.find(request.headers.get('x-key') ?? '')?.config);
      return reply(200, 'seen');
    },
  }));
  const route = (id: string): TestResource => ({
    kind: 'route',
    id,
    value: { uri: `/${id}`, upstream: 'http://127.0.0.1:1', plugins: { keyed: {} } },
  });
  const credential = (rank?: number): TestResource => ({
    kind: 'credential',
    id: 'ann/phone',
    value: { plugins: { keyed: { key: 'k', ...(rank && { rank }) } } },
  });
  const ann = { kind: 'consumer', id: 'ann', value: { username: 'ann' } };
  await using gateway = await startGateway([keyed], [ann, credential(), route('a'), route('b')]);

  await gateway.get('/a', { 'x-key': 'k' });
  await gateway.get('/b', { 'x-key': 'k' });
  gateway.apply(credential(2));
  await gateway.get('/b', { 'x-key': 'k' });

  expect(seen).toEqual([
    { key: 'k', rank: 1 },
    { key: 'k', rank: 1 },
    { key: 'k', rank: 2 },
  ]);
  expect(seen[1]).toBe(seen[0]);
});
