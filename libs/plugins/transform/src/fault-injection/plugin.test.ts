import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { faultInjection } from './plugin.ts';

async function answerTo(config: object, path = '/', headers: Record<string, string> = {}) {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'fault-injection': config };
  await using gateway = await startGateway([faultInjection], { uri: '/*', upstream: upstream.url, plugins });
  const began = performance.now();
  const response = await gateway.get(path, headers);
  return { response, calls: upstream.requests.length, tookMs: performance.now() - began };
}

const abort = { http_status: 418, body: 'injected' };
const jackOrKey = [
  [
    ['arg_name', '==', 'jack'],
    ['arg_age', '!', '<', 18],
  ],
  [['http_apikey', '==', 'k']],
];

describe('a request is answered without the upstream', () => {
  test.each([
    ['always', { abort }, '/', {}],
    ['where an expression holds', { abort: { ...abort, vars: jackOrKey } }, '/?name=jack&age=18', {}],
    ['where another expression holds', { abort: { ...abort, vars: jackOrKey } }, '/', { apikey: 'k' }],
    ['in all of the cases', { abort: { ...abort, percentage: 100 } }, '/', {}],
    ['after it has waited', { abort, delay: { duration: 0.02 } }, '/', {}],
  ])('%s', async (_case, config, path, headers: Record<string, string>) => {
    const { response, calls } = await answerTo(config, path, headers);
    expect([response.statusCode, response.body, calls]).toEqual([418, 'injected', 0]);
  });

  test('with variables in body and headers', async () => {
    const config = { abort: { http_status: 403, body: 'from $remote_addr', headers: { h1: 'v1', h2: 2, h3: '$uri' } } };
    const { response } = await answerTo(config, '/hello');
    expect(response.body).toBe('from 127.0.0.1');
    expect(response.headers).toMatchObject({ h1: 'v1', h2: '2', h3: '/hello' });
  });

  test.each(['%0d%0aX-Evil:1', '%C4%8D%C4%8AX-Evil:1'])(
    'with headers that a path with %s cannot split',
    async (tail) => {
      const config = { abort: { http_status: 200, body: 'injected', headers: { h3: '$uri' } } };
      const { response } = await answerTo(config, `/hello${tail}`);
      expect([response.statusCode, response.body]).toEqual([200, 'injected']);
      expect(response.headers['h3']).toMatch(/^\/hello.+X-Evil:1$/);
      expect(response.headers).not.toHaveProperty('x-evil');
    },
  );

  test('with the page of the status where no body is configured, and with none where it is empty', async () => {
    const page = await answerTo({ abort: { http_status: 503 } });
    expect(page.response.body).toContain('503 Service');
    const empty = await answerTo({ abort: { http_status: 503, body: '' } });
    expect([empty.response.statusCode, empty.response.body]).toEqual([503, '']);
  });
});

describe('a request reaches the upstream', () => {
  test.each([
    ['in none of the cases', { abort: { ...abort, percentage: 0 } }, '/'],
    ['where no expression holds', { abort: { ...abort, vars: jackOrKey } }, '/?name=jack&age=17'],
    ['where there is no expression to hold', { abort: { ...abort, vars: [] } }, '/'],
    ['that is only delayed', { delay: { duration: 0.02 } }, '/'],
  ])('%s', async (_case, config, path) => {
    const { response, calls } = await answerTo(config, path);
    expect([response.body, calls]).toEqual(['origin', 1]);
  });
});

test('a delayed request does not go on before its time', async () => {
  const { tookMs } = await answerTo({ delay: { duration: 0.05 } });
  expect(tookMs).toBeGreaterThanOrEqual(49);
});

test('half of many requests are hit by half a chance', async () => {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'fault-injection': { abort: { ...abort, percentage: 50 } } };
  await using gateway = await startGateway([faultInjection], { uri: '/*', upstream: upstream.url, plugins });
  const answers = await Promise.all(Array.from({ length: 400 }, () => gateway.get('/')));
  const hit = answers.filter(({ statusCode }) => statusCode === 418).length;
  // Ten standard deviations: by chance alone this fails once in 10^23 runs.
  expect(hit).toBeGreaterThan(100);
  expect(hit).toBeLessThan(300);
});

test.each([
  [{}, 'expect object to have at least 1 properties'],
  [{ abort: {} }, 'property "http_status" is required'],
  [{ abort: { http_status: 100 } }, 'property "http_status" validation failed'],
  [{ abort: { http_status: 200, percentage: 101 } }, 'property "percentage" validation failed'],
  [{ abort: { http_status: 200, headers: {} } }, 'property "headers" validation failed'],
  [{ abort: { http_status: 200, headers: { 'a b': 'c' } } }, 'invalid field character in header'],
  [{ delay: {} }, 'property "duration" is required'],
  [{ delay: { duration: 'test' } }, 'wrong type: expected number, got string'],
  [{ abort: { http_status: 200, vars: [['arg_name', '!=', 'jack']] } }, 'rule should be wrapped inside brackets'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'fault-injection': config } };
  await expect(startGateway([faultInjection], route)).rejects.toThrow(message);
});
