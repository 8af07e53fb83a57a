import { describe, expect, test } from 'vitest';
import { keyAuth } from '../key-auth/plugin.ts';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { attachConsumerLabel } from './plugin.ts';

const labels = { department: 'devops', company: 'example' };
const ann = consumer('ann', { 'key-auth': { key: 'key-of-ann' } }, { labels });
const bob = consumer('bob', { 'key-auth': { key: 'key-of-bob' } });
const headers = { 'X-Department': '$department', 'X-Company': '$company', 'X-Odd': '$constructor' };
const forged = { 'x-department': 'board', 'x-company': 'forged', 'x-odd': 'forged' };

const start = (plugins: object = { 'key-auth': {} }, config: object = { headers }) =>
  startProtected([keyAuth, attachConsumerLabel], { ...plugins, 'attach-consumer-label': config }, [ann, bob]);

describe('what a client sends in place of labels never reaches the upstream:', () => {
  test.each([
    ['of a consumer without labels', { 'key-auth': {} }, { apikey: 'key-of-bob' }],
    ['without a consumer', {}, {}],
  ])('%s', async (_case, plugins, credentials) => {
    await using pair = await start(plugins);
    await pair.gateway.get('/', { ...forged, ...credentials } as Record<string, string>);
    for (const name of Object.keys(forged)) expect(pair.upstream.requests[0]?.headers).not.toHaveProperty(name);
  });
});

test('the upstream is told the labels of the consumer, and of none other', async () => {
  await using pair = await start();
  await pair.gateway.get('/', { ...forged, apikey: 'key-of-ann' });
  const received = pair.upstream.requests[0]?.headers;
  expect(received).toMatchObject({ 'x-department': 'devops', 'x-company': 'example' });
  expect(received).not.toHaveProperty('x-odd');
});

test.each([
  [{}, 'property "headers" is required'],
  [{ headers: {} }, 'property "headers" validation failed: expect object to have at least 1 properties'],
  [
    { headers: { 'X-A': 'department' } },
    'property "headers" validation failed: failed to validate additional property X-A: failed to match pattern',
  ],
  [{ headers: { 'X A': '$a' } }, '"X A" is not the name of a header'],
])('a configuration is refused: %j', async (config, message) => {
  await expect(start({}, config)).rejects.toThrow(message);
});
