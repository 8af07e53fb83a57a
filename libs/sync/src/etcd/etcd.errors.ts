import { defineErrors } from '@sluice/errors';

/** What can go wrong between us and etcd. */
export const etcdErrors = defineErrors({
  ETCD_SETTINGS: {
    status: 500,
    source: 'gateway',
    message: 'The etcd settings cannot be used.',
  },
  ETCD_UNAVAILABLE: {
    status: 503,
    source: 'peer',
    retryable: true,
    message: 'etcd cannot be reached.',
  },
  ETCD_REFUSED: {
    status: 502,
    source: 'peer',
    message: 'etcd refused the request.',
  },
  ETCD_COMPACTED: {
    status: 503,
    source: 'peer',
    retryable: true,
    message: 'etcd no longer holds that part of its history.',
  },
  FENCED: {
    status: 409,
    source: 'peer',
    message: 'Another control plane publishes this configuration now.',
  },
});
