import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { captureBody } from '@sluice/plugin-kit';
import { describe, expect, test } from 'vitest';
import { bodyText } from './body-text.ts';

function kept(bytes: Uint8Array, bytesMax = 1_000_000) {
  const capture = captureBody(bytesMax);
  void capture.chunk(bytes);
  return capture;
}

describe('a body is left as it is', () => {
  test('where it is not what the header says, or the header says what nobody knows', () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd', '__proto__', '']) {
      expect(bodyText(kept(Buffer.from('plain text')), encoding)).toBe('plain text');
    }
  });

  test('where it would become very long', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bodyText(kept(bomb), 'gzip')).toHaveLength(Buffer.from(bomb).toString().length);
  });
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['GZIP ', gzipSync],
])('a body that is compressed by %s is text, also the beginning of one', (encoding, compress) => {
  const text = Array.from({ length: 2_000 }, (_none, at) => `line ${at} ${at ** 3}`).join('\n');
  const compressed = compress(Buffer.from(text));
  expect(bodyText(kept(compressed), encoding)).toBe(text);
  const beginning = bodyText(kept(compressed, compressed.length / 2), encoding) ?? '';
  expect(text.startsWith(beginning) && beginning.length > 100).toBe(true);
});

test('there is no text of no body', () => {
  expect(bodyText(undefined, 'gzip')).toBeUndefined();
  expect(bodyText(kept(new Uint8Array()), 'gzip')).toBeUndefined();
});
