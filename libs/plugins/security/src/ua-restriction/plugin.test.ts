import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { uaRestriction } from './plugin.ts';

async function answerTo(config: object, agents: readonly string[]) {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'ua-restriction': config };
  await using gateway = await startGateway([uaRestriction], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.get('/', agents.length > 0 ? { 'user-agent': agents } : {});
  return { status: response.statusCode, body: response.body, calls: upstream.requests.length };
}

const refused = { status: 403, body: '{"message":"Not allowed"}\n', calls: 0 };
const passed = { status: 200, body: 'origin', calls: 1 };

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['without a name', { denylist: ['bot'] }, []],
    ['under a name that is denied', { denylist: ['curl', '(?i)evilBOT'] }, ['Mozilla evilbot/1.0']],
    ['under a name that is not allowed', { allowlist: ['^app/'] }, ['other app/1']],
    ['with a denied name behind another', { denylist: ['evil'] }, ['good/1', 'evil/1']],
  ])('%s', async (_case, config, agents) => {
    expect(await answerTo(config, agents)).toEqual(refused);
  });

  test('with the message that is configured', async () => {
    const { body } = await answerTo({ denylist: ['.'], message: 'Go away.' }, ['x']);
    expect(body).toBe('{"message":"Go away."}\n');
  });
});

describe('a request may pass', () => {
  test.each([
    ['without a name, where that is allowed', { denylist: ['bot'], bypass_missing: true }, []],
    ['under a name that nobody denies', { denylist: ['bot'] }, ['curl/8']],
    ['with an allowed name beside another', { allowlist: ['^good'] }, ['evil/1', 'good/1']],
    ['under a name that is allowed', { allowlist: ['^app/', 'curl'] }, ['  app/1  ']],
  ])('%s', async (_case, config, agents) => {
    expect(await answerTo(config, agents)).toEqual(passed);
  });
});

test.each([
  [{}, 'value should match only one schema, but matches none'],
  [{ allowlist: ['a'], denylist: ['b'] }, 'value should match only one schema'],
  [{ denylist: [''] }, 'property "denylist" validation failed'],
  [{ denylist: ['a('] }, '"a(" is not a valid regular expression'],
  [{ allowlist: ['(?=a)b'] }, 'lookarounds are not supported'],
  [{ denylist: ['a'], message: '' }, 'property "message" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'ua-restriction': config } };
  await expect(startGateway([uaRestriction], route)).rejects.toThrow(message);
});
