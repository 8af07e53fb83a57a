import { startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { cors } from './plugin.ts';

const one = 'https://one.example';
const two = 'https://two.example';

/** The CORS headers of an answer, without their prefix. */
async function answerTo(config: object, origin: string | undefined, more: { metadata?: object; method?: string } = {}) {
  await using upstream = await startUpstream((_req, res) => void res.setHeader('vary', 'Via').end('origin'));
  const route: TestResource = {
    kind: 'route',
    id: '1',
    value: { uri: '/*', upstream: upstream.url, plugins: { cors: config } },
  };
  const metadata = more.metadata && { kind: 'plugin_metadata', id: 'cors', value: { ...more.metadata } };
  await using gateway = await startGateway([cors], metadata ? [metadata, route] : [route]);
  const headers = { ...(origin && { origin }), 'access-control-request-headers': 'x-a,x-b' };
  const { statusCode, headers: answered } = await gateway.request({ method: more.method ?? 'GET', headers });
  const prefix = /^access-control-/;
  const named = Object.entries(answered).filter(([name]) => prefix.test(name));
  return {
    status: statusCode,
    calls: upstream.requests.length,
    vary: answered.vary,
    timing: answered['timing-allow-origin'],
    access: Object.fromEntries(named.map(([name, value]) => [name.replace(prefix, ''), value])),
  };
}

describe('a page gets no permission', () => {
  test.each([
    ['whose origin is not listed', { allow_origins: `${one},${two}` }, 'https://evil.example'],
    ['whose origin only begins like a listed one', { allow_origins: one }, `${one}.evil.net`],
    ['whose origin no pattern matches', { allow_origins_by_regex: ['^https://.*\\.example$'] }, 'https://evil.net'],
    ['though it is listed, where patterns decide', { allow_origins: one, allow_origins_by_regex: ['two'] }, one],
    ['without an origin, where some are listed', { allow_origins: one }, undefined],
    ['that no named list has, whatever else is the default', { allow_origins_by_metadata: ['X'] }, two],
    ['by a name that the metadata does not know', { allow_origins: one, allow_origins_by_metadata: ['X'] }, two],
  ])('%s', async (_case, config, origin) => {
    const { status, access, vary } = await answerTo(config, origin);
    expect([status, access]).toEqual([200, {}]);
    expect(vary).toBe('Via, Origin');
  });
});

describe('permission', () => {
  test('is given to everybody unless something else is said', async () => {
    const { access, vary } = await answerTo({}, one);
    expect(access).toEqual({ 'allow-origin': '*', 'allow-methods': '*', 'allow-headers': '*', 'max-age': '5' });
    expect(vary).toBe('Via');
  });

  test('is given by a list, and says what is configured', async () => {
    const config = {
      allow_origins: `${one},${two}`,
      allow_methods: 'GET,POST',
      allow_headers: 'x-a',
      expose_headers: 'x-b',
      max_age: 50,
      allow_credential: true,
    };
    expect((await answerTo(config, two)).access).toEqual({
      'allow-origin': two,
      'allow-methods': 'GET,POST',
      'allow-headers': 'x-a',
      'expose-headers': 'x-b',
      'max-age': '50',
      'allow-credentials': 'true',
    });
  });

  test('names whoever asks where two stars are configured', async () => {
    const config = { allow_origins: '**', allow_methods: '**', allow_headers: '**', allow_credential: true };
    expect((await answerTo(config, one)).access).toEqual({
      'allow-origin': one,
      'allow-methods': 'GET,POST,PUT,DELETE,PATCH,HEAD,OPTIONS,CONNECT,TRACE',
      'allow-headers': 'x-a,x-b',
      'max-age': '5',
      'allow-credentials': 'true',
    });
  });

  test.each([
    ['a pattern', { allow_origins_by_regex: ['^http:', '\\.example$'] }, {}],
    ['a star of the metadata', { allow_origins: two, allow_origins_by_metadata: ['A'] }, { allow_origins: { A: '*' } }],
    ['a list of the metadata', { allow_origins: two, allow_origins_by_metadata: ['A'] }, { allow_origins: { A: one } }],
  ])('is given by %s', async (_case, config, metadata) => {
    const { access, vary } = await answerTo(config, one, { metadata });
    expect(access).toMatchObject({ 'allow-origin': one });
    expect(vary).toBe('Via, Origin');
  });
});

test('the question of a browser is answered without the upstream', async () => {
  const { status, calls, access } = await answerTo({ allow_origins: one }, one, { method: 'OPTIONS' });
  expect([status, calls]).toEqual([200, 0]);
  expect(access).toMatchObject({ 'allow-origin': one });
});

test('an answer replaces what the upstream says of origins', async () => {
  await using upstream = await startUpstream((_req, res) => {
    res.setHeader('access-control-allow-origin', 'https://stale.example').end();
  });
  await using gateway = await startGateway([cors], { uri: '/*', upstream: upstream.url, plugins: { cors: {} } });
  expect((await gateway.get('/', { origin: one })).headers['access-control-allow-origin']).toBe('*');
});

test.each([
  ['listed', { timing_allow_origins: `${one},${two}` }, one, one],
  ['not listed', { timing_allow_origins: two }, one, undefined],
  ['matched', { timing_allow_origins_by_regex: ['^https'] }, one, one],
  ['anybody', { timing_allow_origins: '*' }, undefined, '*'],
])('timing may be read by an origin that is %s', async (_case, config, origin, expected) => {
  expect((await answerTo(config, origin)).timing).toBe(expected);
});

test.each([
  [{ allow_origins: 'one.example' }, 'property "allow_origins" validation failed'],
  [{ allow_origins: `${one}, ` }, 'property "allow_origins" validation failed'],
  [{ max_age: '5' }, 'property "max_age" validation failed: wrong type: expected integer, got string'],
  [{ allow_credential: true }, "you can not set '*' for other option when 'allow_credential' is true"],
  [{ allow_origins_by_regex: ['('] }, '"(" is not a valid regular expression'],
  [{ timing_allow_origins_by_regex: ['(a)\\1'] }, 'backreferences are not supported'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { cors: config } };
  await expect(startGateway([cors], route)).rejects.toThrow(message);
});

test('a configured text that is no ASCII goes as its bytes, instead of breaking every answer', async () => {
  const { status, access } = await answerTo({ expose_headers: 'x-\u20ac\n' }, one);
  expect(status).toBe(200);
  expect(Buffer.from(String(access['expose-headers']), 'latin1').toString()).toBe('x-\u20ac%0A');
});
