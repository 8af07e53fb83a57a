import { rawClient, startGateway, startUpstream, type TestRequest } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { proxyRewrite } from './plugin.ts';

/** What an upstream receives when a request passes a route with this configuration. */
async function rewritten(config: object, request: TestRequest = {}, route: object = { uri: '/*' }) {
  await using upstream = await startUpstream();
  const plugins = { 'proxy-rewrite': config };
  await using gateway = await startGateway([proxyRewrite], { upstream: upstream.url, plugins, ...route });
  const response = await gateway.request({ headers: { host: 'shop.example' }, ...request });
  expect(response.statusCode).toBe(200);
  const [received] = upstream.requests;
  if (!received) throw new Error('The upstream received nothing.');
  return received;
}

/** Path and query that an upstream receives. */
async function target(config: object, path: string): Promise<string> {
  return (await rewritten(config, { path })).url;
}

describe('a configuration is refused', () => {
  const wrongHeaders = 'property "headers" validation failed: value should match only one schema, but matches none';
  test.each([
    [{ uri: 'home' }, 'property "uri" validation failed: failed to match pattern "^\\\\/.*" with "home"'],
    [{ uri: '' }, 'property "uri" validation failed'],
    [{ uri: `/${'a'.repeat(4096)}` }, 'property "uri" validation failed'],
    [{ method: 'GET1' }, 'property "method" validation failed: matches none of the enum values'],
    [{ host: 'a b' }, 'property "host" validation failed'],
    [{ host: 'a\r\nX: y' }, 'property "host" validation failed'],
    [{ regex_uri: ['^/a'] }, 'property "regex_uri" validation failed'],
    [{ regex_uri: ['^/a', '/b', '^/c'] }, 'The length of regex_uri should be an even number'],
    [{ regex_uri: ['^/a(', '/b'] }, 'invalid regex_uri(^/a(, /b): '],
    [{ regex_uri: ['^/(?=a)', '/b'] }, 'invalid regex_uri(^/(?=a), /b): lookarounds are not supported'],
    [{ regex_uri: ['^/(a)\\1', '/b'] }, 'invalid regex_uri(^/(a)\\1, /b): backreferences are not supported'],
    [{ headers: {} }, wrongHeaders],
    [{ headers: { set: {} } }, wrongHeaders],
    [{ headers: { remove: ['a:b'] } }, wrongHeaders],
    [{ headers: { 'X-A': true } }, wrongHeaders],
    [{ headers: { 'a:b': true } }, 'invalid type as header value'],
    [{ headers: { '': 'x' } }, 'invalid field length in header'],
    [{ headers: { 'a:b': 'x' } }, 'invalid field character in header'],
    [{ headers: { set: { 'a b': 'x' } } }, 'invalid field character in header'],
    [{ headers: { remove: ['a b'] } }, 'invalid field character in header'],
    [{ headers: { add: { 'X-A': ['x', 'y\r\nX-B: z'] } } }, 'invalid value character in header'],
    [{ use_real_request_uri_unsafe: 1 }, 'property "use_real_request_uri_unsafe" validation failed'],
  ])('%j', async (config, message) => {
    const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'proxy-rewrite': config } };
    await expect(startGateway([proxyRewrite], route)).rejects.toThrow(
      `failed to check the configuration of plugin proxy-rewrite err: ${message}`,
    );
  });
});

describe('no client can break out of', () => {
  test('the path: a question mark in a variable is part of it', async () => {
    expect(await target({ uri: '/find/$arg_q' }, '/?q=a%3Fadmin=1')).toBe('/find/a%3Fadmin=1?q=a%3Fadmin=1');
  });

  test('the path: a question mark in a capture does not begin the query', async () => {
    expect(await target({ regex_uri: ['^/f/(.*)', '/g/$1'] }, '/f/a%3Fadmin=1?b=2')).toBe('/g/a%3Fadmin=1?b=2');
  });

  test('the path: a question mark in a variable of a replacement does not either', async () => {
    expect(await target({ regex_uri: ['^/f', '/$arg_q'] }, '/f?q=a%3Fadmin=1')).toBe('/a%3Fadmin=1?q=a%3Fadmin=1');
  });

  test('the path: it begins with a slash, whatever a replacement leaves of it', async () => {
    expect(await target({ regex_uri: ['^/f(.*)', '$1'] }, '/f')).toBe('/');
    expect(await target({ regex_uri: ['^/f(.*)', '$1'] }, '/fish?a=1')).toBe('/ish?a=1');
    expect(await target({ regex_uri: ['^/f(.*)', '$1'], use_real_request_uri_unsafe: true }, '/f?a=1')).toBe('/?a=1');
  });

  test.each([
    ['a variable', { uri: '/$arg_q' }, '/?q=a%0D%0AX-Admin:%20yes'],
    ['a variable in the query', { uri: '/a?x=$arg_q' }, '/?q=a%0D%0AX-Admin:%20yes'],
    ['a capture', { regex_uri: ['^/f/(.*)', '/$1'] }, '/f/a%0D%0AX-Admin:%20yes'],
    ['a raw variable', { uri: '/$arg_q', use_real_request_uri_unsafe: true }, '/?q=a%0D%0AX-Admin:%20yes'],
  ])('the request line by %s', async (_case, config, path) => {
    const { headers, url } = await rewritten(config, { path });
    expect(headers).not.toHaveProperty('x-admin');
    expect(url).toContain('%0D%0AX-Admin:%20yes');
  });

  test('the time that a pattern may take', async () => {
    const path = `/${'a'.repeat(200)}!`;
    expect(await target({ regex_uri: ['^/(a+)+$', '/b'] }, path)).toBe(path);
  });
});

describe('a new path', () => {
  test.each([
    ['replaces the path and keeps the query', '/new', '/old?a=1&b', '/new?a=1&b'],
    ['brings its own query, which comes first', '/new?x=1', '/old?a=1', '/new?x=1&a=1'],
    ['brings its own query where the client had none', '/new?x=1', '/old', '/new?x=1'],
    ['takes variables', '/$arg_a/${arg_b ?? none}/$uri', '/old?a=1', '/1/none//old?a=1'],
    ['takes variables in its query', '/n?host=$host', '/old', '/n?host=shop.example'],
    ['is encoded where a variable needs it', '/$arg_a', '/old?a=%C3%A9%20%25', '/%C3%A9%20%25?a=%C3%A9%20%25'],
    ['leaves nothing for a variable without a value', '/a$arg_zb', '/old', '/a'],
  ])('%s', async (_case, uri, path, expected) => {
    expect(await target({ uri }, path)).toBe(expected);
  });

  test('wins over patterns', async () => {
    expect(await target({ uri: '/new', regex_uri: ['^/(.*)', '/other/$1'] }, '/old')).toBe('/new');
  });

  test('sees the parameters of the route', async () => {
    const request = { path: '/users/7' };
    await using upstream = await startUpstream();
    const plugins = { 'proxy-rewrite': { uri: '/u?id=$uri_param_id' } };
    const route = { uri: '/users/:id', upstream: upstream.url, plugins };
    await using gateway = await startGateway([proxyRewrite], route, { router: 'radixtree_uri_with_parameter' });
    await gateway.request(request);
    expect(upstream.requests[0]?.url).toBe('/u?id=7');
  });
});

describe('a pattern', () => {
  test.each([
    ['that does not match changes nothing', ['^/a/(.*)', '/$1'], '/b/c?d=1', '/b/c?d=1'],
    ['gives its captures to the replacement', ['^/v1/(.*)/(.*)', '/$2?shop=$1'], '/v1/7/list?a=1', '/list?shop=7&a=1'],
    ['replaces only what it matched', ['/old/', '/new/'], '/a/old/b/old/c', '/a/new/b/old/c'],
    ['takes variables in its replacement', ['^/.*', '/$host/$request_method'], '/a', '/shop.example/GET'],
    ['matches the decoded path', ['^/a b/(.*)$', '/$1'], '/a%20b/%63', '/c'],
    ['may ignore case', ['(?i)^/API/(.*)', '/$1'], '/api/x', '/x'],
    ['is tried in order, the first that matches counts', ['^/n', '/no', '^/(.*)', '/1/$1', '^/a', '/2'], '/a', '/1/a'],
    ['may catch nothing', ['^/a(b)?(c)', '/$1-$2'], '/ac', '/-c'],
    ['encodes what it caught afresh', ['^/f/(.*)', '/$1'], '/f/%C3%A9%20%25', '/%C3%A9%20%25'],
  ])('%s', async (_case, pairs, path, expected) => {
    expect(await target({ regex_uri: pairs }, path)).toBe(expected);
  });
});

describe('the path as the client spelled it', () => {
  test('goes out in one spelling whatever it was', async () => {
    expect(await target({ host: 'a' }, '/print%5Furi%20?a=%5F')).toBe('/print_uri%20?a=%5F');
  });

  test('goes out untouched where that is asked for', async () => {
    await using upstream = await startUpstream();
    const plugins = { 'proxy-rewrite': { use_real_request_uri_unsafe: true } };
    await using gateway = await startGateway([proxyRewrite], { uri: '/*', upstream: upstream.url, plugins });
    using client = await rawClient(gateway.port);
    client.send('GET //a/./b/../%5F?c=%5F HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('200');
    expect(upstream.requests[0]?.url).toBe('//a/./b/../%5F?c=%5F');
  });

  test('is what a pattern looks at where that is asked for, query and all', async () => {
    const config = { regex_uri: ['/hello/(.+)', '/hello?q=$1'], use_real_request_uri_unsafe: true };
    expect(await target(config, '/hello/%ED%85%8C?a=1')).toBe('/hello?q=%ED%85%8C?a=1');
  });
});

describe('method and host', () => {
  test('the method is replaced, and the body goes with it', async () => {
    const received = await rewritten({ method: 'PUT' }, { method: 'POST', body: 'text' });
    expect([received.method, received.body]).toEqual(['PUT', 'text']);
  });

  test('the host is replaced for the upstream, while the client’s is still told', async () => {
    const { headers } = await rewritten({ host: 'orders.internal:8080' });
    expect(headers).toMatchObject({ host: 'orders.internal:8080', 'x-forwarded-host': 'shop.example' });
  });

  test('the forwarding headers can be set, and the chain of addresses goes on from there', async () => {
    const set = { 'X-Forwarded-For': '22.22.22.22', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'a.example' };
    const request = { headers: { host: 'b', 'x-forwarded-for': '11.11.11.11', 'x-forwarded-proto': 'http' } };
    const { headers } = await rewritten({ headers: { set } }, request);
    expect(headers).toMatchObject({
      'x-forwarded-for': '22.22.22.22, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'a.example',
    });
  });
});
