import { expect, test } from 'vitest';
import { chainHash, chainStart, type RevisionHeader } from './revision.ts';

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

const header: RevisionHeader = {
  group: 'default',
  number: 1,
  author: 'admin',
  author_type: 'user',
  source: 'dashboard',
  message: '',
  created_at: '2026-01-02T03:04:05.678Z',
  digest: hash(9),
  restores: null,
  changes: [
    { kind: 'route', id: 'b', before: null, after: hash(2) },
    { kind: 'route', id: 'a', before: hash(1), after: null },
  ],
};

test('the order in which changes are listed does not matter', () => {
  const reversed = { ...header, changes: header.changes.toReversed() };

  expect(chainHash(chainStart, reversed)).toEqual(chainHash(chainStart, header));
});

test.each<[string, Partial<RevisionHeader>]>([
  ['author', { author: 'mallory' }],
  ['time', { created_at: '2026-01-02T03:04:05.679Z' }],
  ['message', { message: 'x' }],
  ['digest', { digest: hash(8) }],
  ['number', { number: 2 }],
  ['changes', { changes: header.changes.slice(1) }],
])('another %s gives another chain hash', (_name, difference) => {
  expect(chainHash(chainStart, { ...header, ...difference })).not.toEqual(chainHash(chainStart, header));
});

test('a chain hash depends on every one before it', () => {
  const first = chainHash(chainStart, header);
  const tampered = chainHash(chainStart, { ...header, message: 'rewritten' });

  expect(chainHash(tampered, header)).not.toEqual(chainHash(first, header));
});
