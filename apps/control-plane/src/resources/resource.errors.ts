import { defineErrors } from '@sluice/errors';

/** What goes wrong in the resource engine beyond what a sender did wrong. */
export const resourceErrors = defineErrors({
  /** The message is part of the compatible Admin API. */
  VALUE_CHANGED: { status: 503, source: 'gateway', retryable: true, message: 'value changed before overwritten' },
});
