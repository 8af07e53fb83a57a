import { expect, test } from 'vitest';
import { parseTarget } from './request-target.ts';

test.each(['', '*', 'a/b', '/%', '/%zz', '/%00', '/a%00b', '/../x', '/a/../../x', '/%2e%2e/x', 'ftp://a/b', 'http://'])(
  'the target "%s" is refused',
  (url) => {
    expect(parseTarget(url)).toBeNull();
  },
);

test.each([
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a%2Fb', '/a/b'],
  ['/a%20b', '/a b'],
  ['/%C3%A9', '/é'],
  ['/%ff', '/ÿ'],
  ['/a//b///c', '/a/b/c'],
  ['/a/./b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a/b/..', '/a/'],
  ['/a/%2e%2e/b', '/b'],
  ['/a/.hidden', '/a/.hidden'],
])('routes compare "%s" as "%s"', (url, matchPath) => {
  expect(parseTarget(url)?.matchPath).toBe(matchPath);
});

test('path and query go on as the client wrote them', () => {
  expect(parseTarget('/a%2Fb/../c?x=%31&y')).toMatchObject({
    path: '/a%2Fb/../c',
    query: 'x=%31&y',
    matchPath: '/a/c',
  });
});

test('the host of an absolute target is the one that counts', () => {
  expect(parseTarget('http://Example.com:81/a?b')).toMatchObject({
    authority: 'Example.com:81',
    path: '/a',
    query: 'b',
  });
  expect(parseTarget('http://example.com')).toMatchObject({ authority: 'example.com', path: '/' });
});
