import { expect, test } from 'vitest';
import { ApiError } from '../../api/errors.ts';
import { safeRedirect, signInProblem } from './sign-in-problem.ts';

const refused = (status: number, code: string, retryAfterS?: number) =>
  new ApiError({ status, code, message: 'From the server.', retryAfterS });

test('too many attempts say how long to wait', () => {
  expect(signInProblem(refused(429, 'TOO_MANY_ATTEMPTS', 1))).toContain('in 1 second.');
  expect(signInProblem(refused(429, 'TOO_MANY_ATTEMPTS', 45))).toContain('in 45 seconds.');
  expect(signInProblem(refused(429, 'TOO_MANY_ATTEMPTS', 600))).toContain('in 10 minutes.');
});

test('wrong credentials do not say which of the two is wrong', () => {
  expect(signInProblem(refused(401, 'BAD_CREDENTIALS'))).toBe('Username or password is wrong.');
});

test('a sign-in never leads to another site or back to itself', () => {
  for (const target of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/sign-in?redirect=/',
    7,
    undefined,
  ]) {
    expect(safeRedirect(target)).toBeUndefined();
  }
});

test('a sign-in leads back into the dashboard', () => {
  expect(safeRedirect('/g/default/revisions?kind=route')).toBe('/g/default/revisions?kind=route');
});
