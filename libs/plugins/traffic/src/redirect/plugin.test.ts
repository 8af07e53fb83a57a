import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { redirect } from './plugin.ts';

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly options?: object;
}

async function answerTo(config: object, { path = '/hello', method = 'GET', headers = {}, options = {} }: Asked = {}) {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const route = { uri: '/*', upstream: upstream.url, plugins: { redirect: config } };
  const all = { trustedAddresses: ['127.0.0.1'], ...options };
  await using gateway = await startGateway([redirect], route, all);
  const response = await gateway.request({ path, method, headers: { host: 'foo.com', ...headers } });
  return { status: response.statusCode, location: response.headers.location, calls: upstream.requests.length };
}

const passed = { status: 200, location: undefined, calls: 1 };

describe('a request passes', () => {
  test.each([
    ['that no pattern matches', { regex_uri: ['^/test/(.*)', '/x/$1'] }, {}],
    ['that came by TLS to a proxy', { http_to_https: true }, { 'x-forwarded-proto': 'https' }],
    ['where nothing is to be done', { http_to_https: false }, {}],
  ])('%s', async (_case, config, headers) => {
    expect(await answerTo(config, { headers })).toEqual(passed);
  });
});

describe('the target', () => {
  test.each([
    ['/test/add', '/hello', '/test/add'],
    ['$uri/test/add', '/hello', '/hello/test/add'],
    ['$uri/test/a${arg_name}c', '/hello?name=json', '/hello/test/ajsonc'],
    ['/foo$$uri', '/hello', '/foo$/hello'],
    ['\\$uri/foo$uri\\$uri/bar', '/hello', '\\$uri/foo/hello\\$uri/bar'],
    ['$uri/$bad_var/bar', '/hello', '/hello//bar'],
    ['$uri', '/a%0d%0aX:%20y', '/a%0D%0AX: y'],
    ['$uri', '/a%C4%8D%C4%8AX:%20y', '/aÄ\x8dÄ\x8aX: y'],
    ['$uri', '/%5cevil.net', '/%5Cevil.net'],
  ])('%s of a request for %s is %s', async (uri, path, location) => {
    expect(await answerTo({ uri }, { path })).toEqual({ status: 302, location, calls: 0 });
  });

  test.each([
    [['^/test/(.*)', 'http://test.com/${1}'], '/test/1', 'http://test.com/1'],
    [['^/test/(.*)/(.*)', '/$2/$1/$3'], '/test/a/b', '/b/a/'],
    [['(b+)', '[$1]'], '/abbc/b', '/a[bb]c/b'],
    [['^/test/(.*)', '//host/$1'], '/test/a%0ab', '//host/a%0Ab'],
  ])('by %j of a request for %s is %s', async (pair, path, location) => {
    expect((await answerTo({ regex_uri: pair, ret_code: 301 }, { path })).location).toBe(location);
  });

  test.each([
    [{ uri: '$uri', encode_uri: true }, '/with%20space', '/with%20space'],
    [{ regex_uri: ['^/t/(.*)', 'http://a.b/$1'], encode_uri: true }, '/t/with%20space', 'http://a.b/with%20space'],
    [{ uri: '$uri', append_query_string: true }, '/hello?name=json', '/hello?name=json'],
    [{ uri: '$uri?type=string', append_query_string: true }, '/hello?name=json', '/hello?type=string&name=json'],
    [{ uri: '$uri', append_query_string: true }, '/hello', '/hello'],
  ])('with %j of a request for %s is %s', async (config, path, location) => {
    expect((await answerTo(config, { path })).location).toBe(location);
  });
});

describe('from HTTP to HTTPS', () => {
  test.each([
    ['GET', 301],
    ['HEAD', 301],
    ['POST', 308],
    ['DELETE', 308],
  ])('%s is sent with %d, whatever status is configured', async (method, status) => {
    const answer = await answerTo({ http_to_https: true, ret_code: 302 }, { method, path: '/hello?a=%20b' });
    expect(answer).toEqual({ status, location: 'https://foo.com/hello?a=%20b', calls: 0 });
  });

  test.each([
    ['where the data plane listens', { httpsPorts: [9443, 9444] }, 'https://foo.com:9443/hello'],
    [
      'of the attributes',
      { httpsPorts: [9443], attributes: { redirect: { https_port: 8443 } } },
      'https://foo.com:8443/hello',
    ],
    ['443, which needs no mention', { attributes: { redirect: { https_port: 443 } } }, 'https://foo.com/hello'],
    ['443 where the attribute is none', { attributes: { redirect: { https_port: 65_536 } } }, 'https://foo.com/hello'],
  ])('the port is that %s', async (_case, options, location) => {
    expect((await answerTo({ http_to_https: true }, { options })).location).toBe(location);
  });

  test('a proxy that says something else does not keep the client from it', async () => {
    const { status } = await answerTo({ http_to_https: true }, { headers: { 'x-forwarded-proto': 'any' } });
    expect(status).toBe(301);
  });
});

test.each([
  [{}, 'value should match only one schema, but matches none'],
  [{ uri: '/a', http_to_https: true }, 'value should match only one schema, but matches both schemas 1 and 3'],
  [{ uri: 'x' }, 'property "uri" validation failed'],
  [{ regex_uri: ['a'] }, 'property "regex_uri" validation failed'],
  [{ regex_uri: ['a(', 'b'] }, 'invalid regex_uri (a(, b), err:'],
  [{ http_to_https: true, append_query_string: true }, 'only one of `http_to_https` and `append_query_string`'],
  [{ uri: '/a', ret_code: 100 }, 'property "ret_code" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { redirect: config } };
  await expect(startGateway([redirect], route)).rejects.toThrow(message);
});
