import { defineErrors } from '@sluice/errors';

/** What goes wrong before or beyond any feature. */
export const httpErrors = defineErrors({
  NOT_FOUND: { status: 404, source: 'client', message: 'There is nothing here.' },
  ADDRESS_NOT_ALLOWED: {
    status: 403,
    source: 'client',
    message: 'Your address is not among those that may use this (allow_admin).',
  },
  MALFORMED_REQUEST: { status: 400, source: 'client', message: 'The request cannot be understood.' },
  TOO_LARGE: { status: 413, source: 'client', message: 'The request body is larger than this endpoint takes.' },
  INTERNAL: { status: 500, source: 'gateway', message: 'Something went wrong here. The log names this request id.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    source: 'gateway',
    retryable: true,
    message: 'The database does not answer. Try again in a moment.',
  },
});
