import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { elementHash, StateDigest } from './digest.ts';

const body = (text: string) => Buffer.from(text);

test('an element hash covers kind, id and bytes, each apart from the other', () => {
  const expected = createHash('sha256').update('route\0r1\0{"uri":"/"}').digest('hex');

  expect(Buffer.from(elementHash('route', 'r1', body('{"uri":"/"}'))).toString('hex')).toBe(expected);
  expect(elementHash('route', 'r1', body('{}'))).not.toEqual(elementHash('router', '1', body('{}')));
});

test('the digest does not depend on the order of changes, and removing gives the old digest back', () => {
  const hashes = Array.from({ length: 50 }, (_, i) => elementHash('route', String(i), body(`{"priority":${i}}`)));
  const forwards = StateDigest.empty();
  const backwards = StateDigest.empty();
  for (const hash of hashes) forwards.add(hash);
  for (const hash of hashes.toReversed()) backwards.add(hash);
  expect(forwards.toHex()).toBe(backwards.toHex());

  for (const hash of hashes.slice(1)) forwards.remove(hash);

  const first = StateDigest.empty();
  first.add(hashes[0] as Uint8Array);
  expect(forwards.toHex()).toBe(first.toHex());
});

test('the sum wraps around at 2^256 and survives its stored form', () => {
  const largest = new Uint8Array(32).fill(0xff);
  const digest = StateDigest.from(largest);
  digest.add(Buffer.from('02'.padStart(64, '0'), 'hex'));

  expect(digest.toHex()).toBe('1'.padStart(64, '0'));
  expect(StateDigest.from(digest.toBytes()).toHex()).toBe(digest.toHex());
});

test('a digest of another length is refused', () => {
  expect(() => StateDigest.from(new Uint8Array(31))).toThrow(RangeError);
});

test('the same element twice does not cancel out', () => {
  const hash = elementHash('route', 'r1', body('{}'));
  const digest = StateDigest.empty();
  digest.add(hash);
  digest.add(hash);

  expect(digest.toHex()).not.toBe(StateDigest.empty().toHex());
});
