import { expect, test } from 'vitest';
import { encodePath, encodeUnsafe } from './percent-encoding.ts';

test.each([
  ['/a b', '/a%20b'],
  ['/a?b#c', '/a%3Fb%23c'],
  ['/100%', '/100%25'],
  ['/é€😀', '/%C3%A9%E2%82%AC%F0%9F%98%80'],
  ['/\r\nX: y', '/%0D%0AX:%20y'],
  ["/!$&'()*+,-.0:;=@Z[]_a~", "/!$&'()*+,-.0:;=@Z[]_a~"],
])('the path %j goes out as %s', (text, encoded) => {
  expect(encodePath(text)).toBe(encoded);
});

test('text that is encoded already keeps its encoding, and cannot end the request line', () => {
  expect(encodeUnsafe('/a%20b?c=%zz#d HTTP/1.1\r\n')).toBe('/a%20b?c=%zz#d%20HTTP/1.1%0D%0A');
});
