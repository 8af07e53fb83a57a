import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { proxyRewrite } from './plugin.ts';

/** The header lines of the name `x-test` that an upstream receives after the changes. */
async function linesAfter(headers: object, sent: readonly string[] = [], path = '/'): Promise<string[]> {
  await using upstream = await startUpstream();
  const plugins = { 'proxy-rewrite': { regex_uri: ['^/shops/(\\d+)/([^/]*)$', '/orders'], headers } };
  await using gateway = await startGateway([proxyRewrite], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.request({ path, headers: { 'X-Test': sent, 'X-Other': 'o' } });
  expect(response.statusCode).toBe(200);
  const raw = upstream.requests[0]?.rawHeaders ?? [];
  return raw.filter((_line, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === 'x-test');
}

test.each([
  ['add leaves what the client sent', { add: { 'x-test': 'b' } }, ['a'], ['a', 'b']],
  ['add adds several lines', { add: { 'x-test': ['b', 3] } }, ['a'], ['a', 'b', '3']],
  ['set replaces every line', { set: { 'X-TEST': 'b' } }, ['a', 'c'], ['b']],
  ['set sets several lines', { set: { 'x-test': ['b', 'c'] } }, ['a'], ['b', 'c']],
  ['set sets what was not there', { set: { 'x-test': 5 } }, [], ['5']],
  ['remove takes every line out', { remove: ['x-TEST'] }, ['a', 'c'], []],
  ['set has the last word over add', { add: { 'x-test': 'b' }, set: { 'x-test': 'c' } }, ['a'], ['c']],
  ['remove has the last word of all', { set: { 'x-test': 'c' }, remove: ['x-test'] }, ['a'], []],
  ['a plain map means set', { 'x-test': 'b' }, ['a'], ['b']],
  ['a plain map may have a header called add', { add: 'x', 'x-test': 1 }, ['a'], ['1']],
  ['an empty value is sent', { set: { 'x-test': '' } }, ['a'], ['']],
])('%s', async (_case, headers, sent, received) => {
  expect(await linesAfter(headers, sent)).toEqual(received);
});

test('values name variables and what the pattern caught', async () => {
  const headers = { set: { 'x-test': '$1 of $http_x_other by $2' } };
  expect(await linesAfter(headers, [], '/shops/7/list')).toEqual(['7 of o by list']);
});

test('a value that names a capture is empty where the pattern did not match', async () => {
  expect(await linesAfter({ set: { 'x-test': 'shop=$1' } }, [], '/elsewhere')).toEqual(['shop=']);
});

test('what a client encoded into a capture cannot begin another header line', async () => {
  const lines = await linesAfter({ set: { 'x-test': '$2' } }, [], '/shops/7/a%0D%0AX-Admin:%20yes');
  expect(lines).toEqual(['a%0D%0AX-Admin: yes']);
});

test('a later value sees the header that an earlier one set', async () => {
  expect(await linesAfter({ set: { 'x-other': 'new', 'x-test': '$http_x_other' } })).toEqual(['new']);
});

test('what says how the client reached the gateway can be added to, set and removed', async () => {
  await using upstream = await startUpstream();
  const headers = {
    add: { 'X-Forwarded-Proto': 'grpc' },
    set: { 'X-Forwarded-Port': '$arg_port' },
    remove: ['X-Forwarded-Host'],
  };
  const plugins = { 'proxy-rewrite': { headers } };
  await using gateway = await startGateway([proxyRewrite], { uri: '/*', upstream: upstream.url, plugins });
  await gateway.get('/?port=9882');
  const seen = upstream.requests[0]?.headers ?? {};
  expect(seen).toMatchObject({ 'x-forwarded-proto': 'http, grpc', 'x-forwarded-port': '9882' });
  expect(seen).not.toHaveProperty('x-forwarded-host');
});
