import { defineErrors } from '@sluice/errors';

/** Why nothing is published to etcd. */
export const publishingErrors = defineErrors({
  PREFIX_TAKEN: {
    status: 409,
    source: 'peer',
    message: 'Below the etcd prefix stands configuration that this installation has not published. It is left alone.',
  },
});
