import type { GatewayError } from '@sluice/errors';
import type { CallContext } from './answer-sink.ts';
import type { Resolver } from './resolver.ts';
import { upstreamErrors } from './upstream.errors.ts';
import type { LossReason, UpstreamConnection } from './upstream-connection.ts';
import type { UpstreamNode } from './upstream-node.ts';

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'PURGE']);

/** Whether a request may be sent again although an upstream may have seen it: twice does no more than once (RFC 9110, 9.2.2). */
export function mayRepeat({ method, body }: CallContext['request']): boolean {
  return idempotentMethods.has(method) && body?.isReplayable !== false;
}

const unsentReasons: ReadonlySet<LossReason> = new Set(['connect-failed', 'connect-timeout', 'tls-failed', 'refused']);

/** Whether the upstream cannot have seen anything of the request. */
export function isUnsent(reason: LossReason): boolean {
  return unsentReasons.has(reason);
}

/**
 * Whether a kept connection was lost that the upstream closed just then: it gave no sign of having seen the request, or said
 * that it had not.
 */
export function wasStale(
  reason: LossReason,
  connection: UpstreamConnection | null,
  request: CallContext['request'],
): boolean {
  const isUntouched = connection !== null && connection.requests > 1 && connection.bytesRead === 0;
  if (!isUntouched) return false;
  if (reason === 'refused') return request.body?.isReplayable ?? true;
  return reason === 'closed' && mayRepeat(request);
}

/** Why no node may be tried at all: their names lead nowhere, or else all of them have the weight 0. */
export async function untriableError(nodes: readonly UpstreamNode[], resolver: Resolver): Promise<GatewayError> {
  const found = await Promise.all(nodes.map(({ host }) => resolver.resolve(host)));
  const isUnresolved = found.every((addresses) => addresses.length === 0);
  return isUnresolved ? upstreamErrors.UPSTREAM_UNRESOLVED(nodes[0]?.host) : upstreamErrors.UPSTREAM_EXHAUSTED();
}

/** What a lost connection means for the request. */
export function lossError(reason: LossReason, detail: string): GatewayError {
  switch (reason) {
    case 'connect-failed':
      return upstreamErrors.UPSTREAM_UNREACHABLE(detail);
    case 'connect-timeout':
      return upstreamErrors.UPSTREAM_CONNECT_TIMEOUT(detail);
    case 'tls-failed':
      return upstreamErrors.UPSTREAM_TLS(detail);
    case 'refused':
    case 'closed':
      return upstreamErrors.UPSTREAM_LOST(detail);
    case 'silent':
      return upstreamErrors.UPSTREAM_TIMEOUT(detail);
    case 'unsendable':
      return upstreamErrors.REQUEST_UNSENDABLE(detail);
    case 'protocol':
      return upstreamErrors.UPSTREAM_PROTOCOL(detail);
  }
}
