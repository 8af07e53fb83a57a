import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { type PathRules, ruledTarget } from './path-rules.ts';
import { parseTarget } from './request-target.ts';

const usual: PathRules = { deletesTailSlash: false, isServletLike: false, keepsEncodedSlash: false };

function compared(path: string, rules: Partial<PathRules>): string | undefined {
  const target = parseTarget(path);
  return (target && ruledTarget(target, { ...usual, ...rules }))?.matchPath;
}

describe('like a servlet container', () => {
  test.each(['/a/..;/b', '/a/.;x/b', '/;x/b', '/a/;x/b', '/a/%252e%252e;x/b', '/a/%252e/b;x', '/a/%2e%2e%3bx/b'])(
    '%s is refused: without parameters it would be another path',
    (path) => {
      expect(compared(path, { isServletLike: true })).toBeUndefined();
    },
  );

  test.each([
    ['/a;v=1/b;w', '/a/b'],
    ['/a%3Bv=1/b', '/a/b'],
    ['/a/;x', '/a/'],
    ['/a/...;x', '/a/...'],
    ['/a/b', '/a/b'],
  ])('%s is compared as %s', (path, expected) => {
    expect(compared(path, { isServletLike: true })).toBe(expected);
  });
});

test.each([
  ['/a/', '/a'],
  ['/a//', '/a'],
  ['/', '/'],
  ['/a', '/a'],
])('without its last slash %s is compared as %s', (path, expected) => {
  expect(compared(path, { deletesTailSlash: true })).toBe(expected);
});

test.each([
  ['/a%2fb', '/a%2Fb'],
  ['/a%2Fb%20c', '/a%2Fb c'],
  ['/a%2F%252F', '/a%2F%2F'],
  ['/a%2F../b', '/b'],
  ['/a%2F/b', '/a/b'],
])('with encoded slashes kept %s is compared as %s', (path, expected) => {
  expect(compared(path, { keepsEncodedSlash: true })).toBe(expected);
});

test('only routes are asked for another path: the upstream receives what the client sent, and a refusal ends with 400', async () => {
  await using upstream = await startUpstream();
  const pathRules: PathRules = { deletesTailSlash: true, isServletLike: true, keepsEncodedSlash: false };
  await using gateway = await startGateway([], { uri: '/a/b', upstream: upstream.url }, { pathRules });

  expect((await gateway.get('/a/..;/b')).statusCode).toBe(400);
  expect((await gateway.get('/a;v=1/b/?q')).statusCode).toBe(200);
  expect(upstream.requests.map(({ url }) => url)).toEqual(['/a;v=1/b/?q']);
});
