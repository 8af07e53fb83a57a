import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { pathPattern } from './path-pattern.ts';
import { SegmentPattern } from './segment-pattern.ts';

const parsed = (source: string) => SegmentPattern.parse(source, source.indexOf(':'), 'ext');

test.each(['/a/:id/*/b', '/a/:', '/a/:/b', '/a/:id/:'])('%s is more than segments', (source) => {
  expect(parsed(source)).toBeNull();
});

test.each([
  ['/a/:id', '/a/'],
  ['/a/:id', '/a/1/'],
  ['/a/:id/b', '/a//b'],
  ['/a/:id/b', '/a/1/bc'],
  ['/a/:id/b', '/a/1'],
  ['/a/:id/*', '/a/1'],
  ['/a/:x/:y', '/a/1/'],
])('%s does not take %s', (source, path) => {
  expect(parsed(source)?.test(path)).toBe(false);
});

test.each([
  ['/a/:id', '/a/1:2', { id: '1:2' }],
  ['/a/:id/b', '/a/1/b', { id: '1' }],
  ['/a/:x/:y', '/a/1/2', { x: '1', y: '2' }],
  ['/a/:id*', '/a/1', { 'id*': '1' }],
  ['/a/:id/*', '/a/1/', { id: '1', ext: '' }],
  ['/a/:id/f*rest', '/a/1/f2/3', { id: '1', rest: '2/3' }],
])('%s takes %s', (source, path, params) => {
  const pattern = parsed(source);
  expect(pattern?.test(path)).toBe(true);
  expect(pattern?.params(path)).toEqual(params);
});

test('it takes what a regular expression for the same pattern takes', () => {
  const random = seededRandom(31);
  const pieces = ['a', 'b', ':x', ':y', ':', 'x:y'];
  const of = (from: readonly string[], most: number) =>
    `/${Array.from({ length: 1 + random.below(most) }, () => random.pick(from)).join('/')}`;
  let taken = 0;
  for (let i = 0; i < 20_000; i += 1) {
    const source = of(pieces, 4) + (random.oneIn(4) ? '/*r' : '');
    const path = of(['a', 'b', 'x:y', ':', ''], 5);
    const { key, slot, test: fits } = pathPattern(source, 'radixtree_uri_with_parameter');
    const isTaken = slot === 'exact' ? path === key : path.startsWith(key) && (fits === null || fits(path));
    const text = source
      .replaceAll(/(?<=\/):[^/]+/g, '[^/]+')
      .replace(/\*r$/, '.*')
      .replaceAll('\\', '');
    expect(isTaken, `${source} ${path}`).toBe(new RegExp(`^${text}$`).test(path));
    if (isTaken) taken += 1;
  }
  expect(taken).toBeGreaterThan(500);
});
