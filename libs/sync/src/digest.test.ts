import { createHash } from 'node:crypto';
import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { elementHash, StateDigest } from './digest.ts';

const body = (text: string) => Buffer.from(text);

test('an element hash covers kind, id and bytes, each apart from the other', () => {
  const expected = createHash('sha256').update('route\0r1\0{"uri":"/"}').digest('hex');

  expect(Buffer.from(elementHash('route', 'r1', body('{"uri":"/"}'))).toString('hex')).toBe(expected);
  expect(elementHash('route', 'r1', body('{}'))).not.toEqual(elementHash('router', '1', body('{}')));
});

test('an element hash is that of its bytes, however long they are', () => {
  for (const length of [0, 1, 16_300, 16_384, 70_000]) {
    const long = Buffer.alloc(length, 'é');
    const expected = createHash('sha256').update('route\0ñ\0').update(long).digest('hex');
    expect(Buffer.from(elementHash('route', 'ñ', long)).toString('hex'), String(length)).toBe(expected);
  }
});

test('sums and differences are those of numbers modulo 2^256', () => {
  const modulus = 1n << 256n;
  const random = seededRandom(7);
  const digest = StateDigest.empty();
  let expected = 0n;
  for (let i = 0; i < 2_000; i += 1) {
    // Many bytes of 0 and 255: carries and borrows have a long way to go.
    const hash = Buffer.from(Array.from({ length: 32 }, () => random.pick([0, 0, 255, 255, random.below(256)])));
    const number = BigInt(`0x${hash.toString('hex')}`);
    const isAdded = random.oneIn(2);
    if (isAdded) digest.add(hash);
    else digest.remove(hash);
    expected = (expected + (isAdded ? number : modulus - number)) % modulus;
    expect(digest.toHex()).toBe(expected.toString(16).padStart(64, '0'));
  }
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
