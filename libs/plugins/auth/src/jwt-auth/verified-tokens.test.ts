import { hs256 } from '@sluice/testing';
import { expect, test } from 'vitest';
import type { JwtConsumer } from './verification-key.ts';
import { type ReadToken, VerifiedTokens } from './verified-tokens.ts';

const consumer = { key: 'k', secret: 's', algorithm: 'HS256', base64_secret: false } as JwtConsumer;
const verified = (tokens: VerifiedTokens, token: string, by = consumer) =>
  tokens.isSignedBy(by, tokens.read(token) as ReadToken, token);
const verifiedTwice = (tokens: VerifiedTokens, token: string) => {
  verified(tokens, token);
  verified(tokens, token);
};

test('a token that was not good is not kept', () => {
  const tokens = new VerifiedTokens();
  expect(verified(tokens, hs256({ key: 'k' }, 'guessed'))).toBe(false);
  expect(tokens.size).toBe(0);
});

test('what was good for one version of a consumer is verified anew for another', () => {
  const tokens = new VerifiedTokens();
  const token = hs256({ key: 'k' }, 's');
  expect([verified(tokens, token), verified(tokens, token)]).toEqual([true, true]);
  expect(tokens.size).toBe(1);
  expect(verified(tokens, token, { ...consumer, secret: 'changed' })).toBe(false);
  expect(verified(tokens, token)).toBe(true);
});

test('a very long token is not kept', () => {
  const tokens = new VerifiedTokens();
  const token = hs256({ key: 'k', filler: 'x'.repeat(4096) }, 's');
  expect([verified(tokens, token), verified(tokens, token)]).toEqual([true, true]);
  expect(tokens.size).toBe(0);
});

test('a token that comes only once is not kept', () => {
  const tokens = new VerifiedTokens();
  expect(verified(tokens, hs256({ key: 'k' }, 's'))).toBe(true);
  expect(tokens.size).toBe(0);
});

test('so many tokens are kept, and no more', () => {
  const tokens = new VerifiedTokens();
  for (let jti = 0; jti < 9000; jti += 1) verifiedTwice(tokens, hs256({ key: 'k', jti }, 's'));
  expect(tokens.size).toBeGreaterThan(4096);
  expect(tokens.size).toBeLessThanOrEqual(8192);
});

test('a token that keeps coming is kept, however many others come and go', () => {
  const tokens = new VerifiedTokens();
  const token = hs256({ key: 'k' }, 's');
  verifiedTwice(tokens, token);
  const first = tokens.read(token);
  for (let jti = 0; jti < 9000; jti += 1) {
    verifiedTwice(tokens, hs256({ key: 'k', jti }, 's'));
    if (jti % 1000 === 0) tokens.read(token);
  }
  expect(tokens.read(token)).toBe(first);
});
