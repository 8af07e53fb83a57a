import { expect, test } from 'vitest';
import { tokenState } from './token-state.ts';

const now = new Date('2026-11-21T12:00:00Z');
const [earlier, later] = ['2026-11-21T11:59:59Z', '2026-11-21T12:00:01Z'];

test.each([
  ['revoked, whatever else', { expires_at: later, revoked_at: earlier }, 'revoked'],
  ['expired', { expires_at: earlier, revoked_at: null }, 'expired'],
  ['open until it expires', { expires_at: later, revoked_at: null }, 'open'],
  ['open for good', { expires_at: null, revoked_at: null }, 'open'],
])('a token is %s', (_, token, state) => {
  expect(tokenState(token, now)).toBe(state);
});
