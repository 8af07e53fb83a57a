import { expect, test } from 'vitest';
import { csrfTokenOf, hasHash, newPassword, newToken, tokenHash } from './secret-token.ts';

test('a token matches its own hash only', () => {
  const token = newToken();
  expect(hasHash(newToken(), tokenHash(token))).toBe(false);
  expect(hasHash(token, tokenHash(token))).toBe(true);
});

test('the token against forgery belongs to one session and does not give the session away', () => {
  const [one, two] = [newToken(), newToken()];
  expect(csrfTokenOf(one)).toBe(csrfTokenOf(one));
  expect(csrfTokenOf(one)).not.toBe(csrfTokenOf(two));
  expect(csrfTokenOf(one)).not.toContain(one);
});

test('a password can be read aloud: four groups without letters that look alike', () => {
  expect(newPassword()).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
});
