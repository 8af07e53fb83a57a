import { defineErrors, type ErrorSpec, GatewayError } from '@sluice/errors';

/** Refusals that say more than their message; each has a class below. */
const telling = {
  TOO_MANY_ATTEMPTS: {
    status: 429,
    source: 'client',
    retryable: true,
    message: 'Too many attempts. Wait before you try again.',
  },
  ADMIN_KEY_REFUSED: { status: 401, source: 'client', message: 'failed to check token' },
} satisfies Record<string, ErrorSpec>;

/** Why a caller is turned away. None of them says more than the caller knows already. */
export const accessErrors = defineErrors({
  UNAUTHENTICATED: { status: 401, source: 'client', message: 'Sign in, or send an admin key.' },
  FORBIDDEN: { status: 403, source: 'client', message: 'Your role does not allow this.' },
  ABOVE_YOURSELF: {
    status: 403,
    source: 'client',
    message: 'This takes a role that you do not have yourself. Only owners make, change and remove owners.',
  },
  TOKEN_LIMITED: { status: 403, source: 'client', message: 'The limits of your token do not allow this.' },
  PASSWORD_CHANGE_NEEDED: {
    status: 403,
    source: 'client',
    message: 'Your password is a temporary one. Choose another before you do anything else.',
  },
  CSRF_REJECTED: { status: 403, source: 'client', message: 'The request does not carry the token of your session.' },
  BAD_CREDENTIALS: { status: 401, source: 'client', message: 'The user name or the password is wrong.' },
  NO_ROLE: { status: 403, source: 'client', message: 'You have no role here yet. An administrator can give you one.' },
  PASSWORD_SIGN_IN_OFF: {
    status: 403,
    source: 'client',
    message: 'Signing in with a password is switched off. Use single sign-on.',
  },
  OIDC_OFF: { status: 404, source: 'client', message: 'Single sign-on is not set up here.' },
  ...telling,
});

/** Somebody is guessing, or it looks like that. */
export class TooManyAttempts extends GatewayError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, detail?: string) {
    super('TOO_MANY_ATTEMPTS', telling.TOO_MANY_ATTEMPTS, detail);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A refusal of the compatible Admin API, whose clients read a description beside the message. */
export class AdminKeyRefusal extends GatewayError {
  readonly description: string;

  constructor(description: 'missing apikey' | 'wrong apikey' | 'invalid method for role viewer') {
    super('ADMIN_KEY_REFUSED', telling.ADMIN_KEY_REFUSED);
    this.description = description;
  }
}
