import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyedHashCheck } from './keyed-hash.ts';

const texts = ['', 'a', 'x'.repeat(63), 'x'.repeat(64), 'y'.repeat(4096), 'z'.repeat(4097), 'header.claims'];

describe.each(['sha256', 'sha384', 'sha512'])('%s', (algorithm) => {
  test.each([0, 1, 32, 64, 65, 128, 129, 1000])('is the HMAC of Node, with a key of %i bytes', (length) => {
    const key = randomBytes(length);
    const isSigned = keyedHashCheck(algorithm, key);
    for (const text of texts) {
      const signature = createHmac(algorithm, key).update(text).digest();
      expect(isSigned(text, signature)).toBe(true);
      expect(isSigned(`${text}.`, signature)).toBe(false);
    }
  });

  test('refuses a signature that is cut off, longer, or differs in one bit', () => {
    const key = randomBytes(32);
    const isSigned = keyedHashCheck(algorithm, key);
    const signature = createHmac(algorithm, key).update('text').digest();
    expect(isSigned('text', signature.subarray(1))).toBe(false);
    expect(isSigned('text', signature.subarray(0, 0))).toBe(false);
    expect(isSigned('text', Buffer.concat([signature, Buffer.of(0)]))).toBe(false);
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
    expect(isSigned('text', signature)).toBe(false);
  });

  test('keeps nothing of the text before', () => {
    const key = randomBytes(32);
    const isSigned = keyedHashCheck(algorithm, key);
    isSigned('a long text that comes first', Buffer.alloc(0));
    expect(isSigned('b', createHmac(algorithm, key).update('b').digest())).toBe(true);
  });
});

test('a hash of which nobody knows the blocks is an error, not a wrong signature', () => {
  expect(() => keyedHashCheck('md5', Buffer.of(1))).toThrow('md5');
});
