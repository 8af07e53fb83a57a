import { expect, test } from 'vitest';
import { oidcProblem } from './oidc-problems.ts';

test('why a sign-in at the provider failed is told in words', () => {
  expect(oidcProblem('oidc_denied')).toMatch(/refused/);
});

test('an address cannot put words of its own on the page', () => {
  expect(oidcProblem('Call +1 555 to unlock your account')).toBeUndefined();
  expect(oidcProblem('constructor')).toBeUndefined();
});
