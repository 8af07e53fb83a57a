import { expect, test } from 'vitest';
import { HostViews } from './host-view.ts';

test.each(['a b', 'user@a', '[::1', 'a:99999', 'a/b'])('%s is no host, however often it comes', (raw) => {
  const views = new HostViews('http', 80);
  expect([views.view(raw), views.view(raw)]).toEqual([null, null]);
});

test('the same header means something else on another listener', () => {
  const [plain, secure] = [new HostViews('http', 9080).view('a.com'), new HostViews('https', 9443).view('a.com')];
  expect([plain?.port, secure?.port]).toEqual(['9080', '9443']);
  expect(secure?.forwardedLines).toContain('X-Forwarded-Proto: https\r\n');
});

test('a header is taken apart once, however many connections bring it', () => {
  expect(new HostViews('http', 81).view('A.com:81')).toBe(new HostViews('http', 81).view('A.com:81'));
});

test('clients that make up hosts cannot make the gateway remember them all', () => {
  const views = new HostViews('http', 82);
  const first = views.view('h0.com');
  for (let i = 0; i < 5_000; i += 1) views.view(`h${i}.com`);
  const again = views.view('h0.com');
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
