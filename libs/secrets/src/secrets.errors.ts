import { defineErrors } from '@sluice/errors';

/** Why a reference to a secret kept elsewhere gave nothing. The detail names the reference, never a value. */
export const secretErrors = defineErrors({
  SECRET_REFERENCE_INVALID: { status: 503, source: 'gateway', message: 'A reference to a secret is malformed.' },
  SECRET_MISSING: { status: 503, source: 'gateway', message: 'A secret that the configuration refers to is missing.' },
  SECRET_STORE_UNKNOWN: {
    status: 503,
    source: 'gateway',
    message: 'The configuration refers to a secret store that is not configured.',
  },
  SECRET_STORE_UNREACHABLE: {
    status: 503,
    source: 'peer',
    retryable: true,
    message: 'A secret store cannot be reached.',
  },
  SECRET_STORE_REFUSED: { status: 503, source: 'peer', message: 'A secret store refused to give a secret.' },
});
