import { ApiError, hasCode, messageOf } from '../../api/errors.ts';

/** Why somebody could not sign in, and what they can do about it. */
export function signInProblem(error: unknown): string {
  if (hasCode(error, 'BAD_CREDENTIALS')) return 'Username or password is wrong.';
  if (hasCode(error, 'NO_ROLE')) return 'You have no role here yet. Ask an administrator for one.';
  if (hasCode(error, 'PASSWORD_SIGN_IN_OFF')) return 'Passwords are for owners only here. Sign in with the provider.';
  if (error instanceof ApiError && error.status === 429) {
    return `Too many attempts. Try again ${waitingTime(error.retryAfterS)}.`;
  }
  return messageOf(error);
}

function waitingTime(seconds: number | undefined): string {
  if (seconds === undefined) return 'later';
  if (seconds < 90) return `in ${seconds} second${seconds === 1 ? '' : 's'}`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}

/** Where a sign-in may lead: a path of the dashboard, never another site. */
export function safeRedirect(target: unknown): string | undefined {
  const isOwnPath = typeof target === 'string' && /^\/(?![/\\])/.test(target);
  return isOwnPath && !target.startsWith('/sign-in') ? target : undefined;
}
