import { checkFunction } from '@sluice/functions';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { serverlessPostFunction } from '../serverless-post-function/plugin.ts';
import { serverlessPreFunction } from './plugin.ts';

interface Asked {
  readonly path?: string;
  readonly answer?: Record<string, string>;
  readonly body?: string;
  readonly post?: readonly string[];
}

/** An answer through functions, and what the upstream got. */
async function asked(
  phase: string,
  functions: readonly string[],
  { path = '/p?a=1', answer = {}, body, post }: Asked = {},
) {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { etag: '"1"', ...answer }).end(body ?? 'hello');
  });
  const plugins = {
    'serverless-pre-function': { phase, functions },
    ...(post && { 'serverless-post-function': { functions: post } }),
  };
  await using gateway = await startGateway([serverlessPreFunction, serverlessPostFunction], {
    uri: '/*',
    upstream: upstream.url,
    plugins,
  });
  const response = await gateway.get(path, { 'x-own': 'yes' });
  return { ...response, received: upstream.requests, log: gateway.log.lines };
}

describe('a configuration is refused', () => {
  const checked = (source: string) =>
    serverlessPreFunction.schema.extraChecks?.({ functions: ['() => 1', source], phase: 'access' }, { checkFunction });

  test.each([
    'return function() ngx.exit(201) end',
    'local count = 1; return function() count = count + 1 end',
    '-- why\nreturn function(conf, ctx) end',
    'function f() return 1 end',
  ])('where it brings Lua: %s', (source) => {
    expect(checked(source)).toMatch(/^failed to load functions\[1\]: .*Lua, which is not run here/);
  });

  test.each(['() => {', '1 + 1', ''])('where it is no function: %j', (source) => {
    expect(checked(source)).toMatch(/^failed to load functions\[1\]: /);
  });

  test('and not where it is JavaScript or TypeScript', () => {
    expect(checked('(conf: object, ctx: any): number => 403')).toBeUndefined();
    expect(checked('function (conf, ctx) { return [403, "no"]; }')).toBeUndefined();
  });
});

describe('a request', () => {
  test.each([
    ['that throws', '() => { throw new Error("no"); }'],
    ['that never ends', '() => { while (true); }'],
    ['that answers with no status', '() => 7'],
    ['that answers with something else', '() => "text"'],
    ['that is asynchronous', 'async () => 403'],
  ])('is answered 500 by a function %s, and does not pass', async (_case, source) => {
    const { statusCode, received, log } = await asked('access', [source]);
    expect([statusCode, received.length]).toEqual([500, 0]);
    expect(log).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test.each<[string, string, number, string]>([
    ['a status', '() => 403', 403, '403 Forbidden'],
    ['a status and a body', '() => [403, "forbidden"]', 403, 'forbidden'],
    ['an object', '() => ({ status: 201, body: { a: 1 }, headers: { "X-Made": "here" } })', 201, '{"a":1}\n'],
    [
      'what it was asked',
      '(conf, ctx) => [200, `${conf.phase} ${ctx.request.path} ${vars.arg_a} ${ctx.request.headers["x-own"]}`]',
      200,
      'access /p 1 yes',
    ],
  ])('is answered by %s', async (_case, source, status, body) => {
    const response = await asked('access', [source, '() => 500']);
    expect([response.statusCode, response.body]).toEqual([status, expect.stringContaining(body)]);
    expect(response.received).toHaveLength(0);
  });

  test.each(['rewrite', 'access', 'before_proxy'])(
    'is changed in %s, by one function after the other',
    async (phase) => {
      const first = `() => ({ request: { method: 'PUT', path: '/new path', query: 'b=2', host: 'other.test', headers: { 'X-A': 'one', 'X-Own': null } }, variables: { mine: 'v' } })`;
      const second = `(conf, ctx) => ({ request: { headers: { 'X-B': ctx.request.path + vars.mine } } })`;
      const { received, statusCode } = await asked(phase, [first, second]);
      expect(statusCode).toBe(200);
      expect(received).toMatchObject([
        { method: 'PUT', url: '/new%20path?b=2', headers: { host: 'other.test', 'x-a': 'one', 'x-b': '/new%20pathv' } },
      ]);
      expect(received[0]?.headers).not.toHaveProperty('x-own');
    },
  );

  test('cannot be split by what a function brings', async () => {
    const path = await asked('access', [`() => ({ request: { path: '/a HTTP/1.1\\r\\nX-Evil: 1' } })`]);
    expect(path.received[0]?.url).toBe('/a%20HTTP/1.1%0D%0AX-Evil:%201?a=1');
    const header = await asked('access', [`() => ({ request: { headers: { 'X-A': 'a\\r\\nX-Evil: 1' } } })`]);
    expect([header.statusCode, header.received.length]).toEqual([500, 0]);
  });

  test('may get any text into a header, which goes as UTF-8', async () => {
    const { received } = await asked('access', [`() => ({ request: { headers: { 'X-A': '\u20ac' } } })`]);
    expect(Buffer.from(String(received[0]?.headers['x-a']), 'latin1').toString()).toBe('\u20ac');
  });

  test('meets the one plugin first and the other last', async () => {
    const pre = '() => ({ variables: { order: "pre" } })';
    const { body } = await asked('access', [pre], { post: ['() => [200, `${vars.order} post`]'] });
    expect(body).toBe('pre post');
  });
});

describe('a response', () => {
  test('gets another head', async () => {
    const source = `(conf, ctx) => ({ status: 202, headers: { 'X-Was': ctx.response.status, Etag: null } })`;
    const { statusCode, headers, body } = await asked('header_filter', [source]);
    expect([statusCode, headers['x-was'], headers.etag, body]).toEqual([202, '200', undefined, 'hello']);
  });

  test('keeps its head where a function fails, and the log says so', async () => {
    const { statusCode, log } = await asked('header_filter', ['() => { throw new Error("no"); }']);
    expect(statusCode).toBe(200);
    expect(log).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test('gets another body', async () => {
    const sources = [
      '(conf, ctx) => ctx.response.body.toUpperCase()',
      '(conf, ctx) => ({ body: ctx.response.body + "!" })',
    ];
    const { body, headers } = await asked('body_filter', sources);
    expect([body, headers.etag]).toEqual(['HELLO!', undefined]);
  });

  test('is broken off where a function fails on its body', async () => {
    await expect(asked('body_filter', ['() => { throw new Error("no"); }'])).rejects.toThrow();
  });

  test('keeps a body that functions cannot read', async () => {
    const { body, log } = await asked('body_filter', ['() => "new"'], { answer: { 'content-encoding': 'x' } });
    expect(body).toBe('hello');
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
    const long = await asked('body_filter', ['() => "new"'], { body: 'a'.repeat(1024 * 1024 + 1) });
    expect(long.body).toHaveLength(1024 * 1024 + 1);
  });

  test('is told to the log when it is over', async () => {
    const { log } = await asked('log', ['(conf, ctx) => `${ctx.request.path} ${ctx.response.status}`']);
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'info', fields: expect.objectContaining({ result: '/p 200' }) }),
    );
  });
});

test('a function keeps what it remembers from call to call', async () => {
  await using upstream = await startUpstream();
  const functions = ['(() => { let count = 0; return () => [200, String((count += 1))]; })()'];
  await using gateway = await startGateway([serverlessPreFunction], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { 'serverless-pre-function': { functions } },
  });
  expect([(await gateway.get('/')).body, (await gateway.get('/')).body]).toEqual(['1', '2']);
});
