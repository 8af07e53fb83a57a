import { defineErrors } from '@sluice/errors';

/** What may be wrong with a request that carries an Idempotency-Key. */
export const idempotencyErrors = defineErrors({
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    source: 'client',
    message: 'An Idempotency-Key has 1 to 255 printable ASCII characters.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    source: 'client',
    message: 'This Idempotency-Key was sent with another request. Send a new key with a new request.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    source: 'client',
    retryable: true,
    message: 'The first request with this Idempotency-Key is still being carried out. Ask again in a moment.',
  },
  IDEMPOTENCY_ANSWER_GONE: {
    status: 409,
    source: 'client',
    message:
      'The request with this Idempotency-Key has been carried out before and is not repeated. Its answer was not kept.',
  },
});
