import type { BodyTransform } from './body-transform.ts';
import type { RequestContext } from './context.ts';
import type { MaybeReply } from './reply.ts';

/** A phase that only looks on, or changes the answer in place. */
export type Observe = void | Promise<void>;

/**
 * The phases of a request, in the order they run. A plugin implements only those that it needs; an empty phase costs one
 * comparison.
 */
export interface Hooks {
  /** Identity is established here (auth plugins), the request is changed. */
  rewrite?(ctx: RequestContext): MaybeReply;
  /** Who may pass. */
  access?(ctx: RequestContext): MaybeReply;
  /** Last change before the upstream; again on every retry. */
  beforeProxy?(ctx: RequestContext): MaybeReply;
  /** The answer's status and headers, before they are sent. Also for answers that the gateway gives itself. */
  responseHeader?(ctx: RequestContext): Observe;
  /** A transform for the answer's body, or nothing to let it pass. Asked once, after `responseHeader`. */
  responseBody?(ctx: RequestContext): BodyTransform | undefined;
  /** After the last byte. */
  log?(ctx: RequestContext): Observe;
  /** When no request uses this configuration any more. */
  dispose?(): Observe;
}

/** The names of the request phases. */
export const requestPhases = ['rewrite', 'access', 'beforeProxy', 'responseHeader', 'responseBody', 'log'] as const;

/** One of the request phases. */
export type RequestPhase = (typeof requestPhases)[number];
