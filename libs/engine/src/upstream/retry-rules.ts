import type { GatewayError } from '@sluice/errors';
import { upstreamErrors } from './upstream.errors.ts';
import type { LossReason } from './upstream-connection.ts';

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'PURGE']);

/** Whether sending a request twice does no more than sending it once. */
export function isIdempotent(method: string): boolean {
  return idempotentMethods.has(method);
}

/** Whether the upstream cannot have seen anything of the request. */
export function isUnsent(reason: LossReason): boolean {
  return reason === 'connect-failed' || reason === 'connect-timeout';
}

/** What a lost connection means for the request. */
export function lossError(reason: LossReason, detail: string): GatewayError {
  switch (reason) {
    case 'connect-failed':
      return upstreamErrors.UPSTREAM_UNREACHABLE(detail);
    case 'connect-timeout':
      return upstreamErrors.UPSTREAM_CONNECT_TIMEOUT(detail);
    case 'closed':
      return upstreamErrors.UPSTREAM_LOST(detail);
    case 'silent':
      return upstreamErrors.UPSTREAM_TIMEOUT(detail);
    case 'protocol':
      return upstreamErrors.UPSTREAM_PROTOCOL(detail);
  }
}
