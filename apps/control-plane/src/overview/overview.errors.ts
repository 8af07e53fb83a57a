import { defineErrors } from '@sluice/errors';

/** Why a stream of events is not started. */
export const overviewErrors = defineErrors({
  TOO_MANY_STREAMS: {
    status: 503,
    source: 'gateway',
    retryable: true,
    message: 'Too many event streams are open. Close one, or try again later.',
  },
});
