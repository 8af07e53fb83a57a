import { defineErrors } from '@sluice/errors';

/** Why a join token is not made. */
export const joinTokenErrors = defineErrors({
  JOINING_NEEDS_TLS: {
    status: 409,
    source: 'client',
    message:
      'This control plane serves data planes of its own machine only, without TLS, and they need no token. ' +
      'Set SLUICE_GRPC_TLS=auto, or SLUICE_GRPC_TLS_CERT and SLUICE_GRPC_TLS_KEY.',
  },
});
