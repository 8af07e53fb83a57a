import { defineErrors } from '@sluice/errors';

/** What can go wrong between the gateway and an upstream. `retryable`: another node may do better. */
export const upstreamErrors = defineErrors({
  UPSTREAM_UNREACHABLE: {
    status: 502,
    source: 'upstream',
    retryable: true,
    message: 'The upstream refused the connection.',
  },
  UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    source: 'upstream',
    retryable: true,
    message: 'The upstream did not accept the connection in time.',
  },
  UPSTREAM_TLS: {
    status: 502,
    source: 'upstream',
    retryable: true,
    message: 'No secure connection to the upstream could be made.',
  },
  UPSTREAM_LOST: {
    status: 502,
    source: 'upstream',
    retryable: true,
    message: 'The upstream closed the connection before it answered.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    source: 'upstream',
    retryable: true,
    message: 'The upstream did not answer in time.',
  },
  UPSTREAM_PROTOCOL: { status: 502, source: 'upstream', message: 'The upstream sent an invalid answer.' },
  UPSTREAM_UNRESOLVED: {
    status: 503,
    source: 'upstream',
    retryable: true,
    message: 'The address of the upstream could not be found.',
  },
  UPSTREAM_EXHAUSTED: { status: 502, source: 'upstream', message: 'No upstream node is left to try.' },
  UPSTREAM_EMPTY: { status: 503, source: 'gateway', message: 'The upstream has no nodes.' },
  UPSTREAM_RETRY_TIMEOUT: { status: 502, source: 'upstream', message: 'There was no time left for another try.' },
  REQUEST_UNSENDABLE: {
    status: 400,
    source: 'client',
    message: 'The request has fields that the protocol of the upstream cannot carry.',
  },
  CLIENT_BODY_TIMEOUT: { status: 408, source: 'client', message: 'The request did not arrive in time.' },
});
