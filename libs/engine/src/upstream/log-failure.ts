import type { GatewayError } from '@sluice/errors';
import type { CallContext } from './answer-sink.ts';
import type { UpstreamNode } from './upstream-node.ts';

/** Writes down that a try has failed, and what comes of it. */
export function logFailure(
  { gateway, id, route }: CallContext,
  node: UpstreamNode | null,
  { code, detail }: GatewayError,
  outcome: string,
): void {
  gateway.log.warn('an upstream failed', { request_id: id, route: route?.id, node: node?.name, code, detail, outcome });
}

/** Writes down that an answer has ended in its middle, and by whom. */
export function logBreakOff(
  { gateway, id }: CallContext,
  node: UpstreamNode | null,
  blame: string,
  detail: string,
): void {
  gateway.log.warn('an answer broke off', { request_id: id, node: node?.name, blame, detail });
}
