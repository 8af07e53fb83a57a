import type { BodyTransform, MaybeReply, Observe, RequestContext } from '@sluice/plugin-kit';
import type { PluginInstance } from './plugin-instance.ts';

/** What one plugin does in one phase, bound and wrapped when the chain was compiled. */
export interface Step<R> {
  readonly plugin: string;
  /** Under which a request remembers what the filter of the plugin said; null where it has none. */
  readonly filterKey: symbol | null;
  run(ctx: RequestContext): R;
}

/** The steps of a phase in the order they run. */
export type Steps<R> = readonly Step<R>[];

/** The steps of all phases; null where no plugin has anything to do, which then costs one comparison. */
export interface PhaseSteps {
  readonly rewrite: Steps<MaybeReply> | null;
  readonly access: Steps<MaybeReply> | null;
  readonly beforeProxy: Steps<MaybeReply> | null;
  readonly responseHeader: Steps<Observe> | null;
  readonly responseBody: Steps<BodyTransform | undefined> | null;
  readonly log: Steps<Observe> | null;
}

/**
 * The plugins of an object, compiled. Requests hold the chain that they began with; a chain that was replaced lets its
 * plugins go when the last of them has left.
 */
export class Chain implements PhaseSteps {
  readonly rewrite: Steps<MaybeReply> | null;
  readonly access: Steps<MaybeReply> | null;
  readonly beforeProxy: Steps<MaybeReply> | null;
  readonly responseHeader: Steps<Observe> | null;
  readonly responseBody: Steps<BodyTransform | undefined> | null;
  readonly log: Steps<Observe> | null;
  readonly #instances: readonly PluginInstance[];
  #users = 1;

  constructor(steps: PhaseSteps, instances: readonly PluginInstance[]) {
    this.rewrite = steps.rewrite;
    this.access = steps.access;
    this.beforeProxy = steps.beforeProxy;
    this.responseHeader = steps.responseHeader;
    this.responseBody = steps.responseBody;
    this.log = steps.log;
    this.#instances = instances;
    for (const instance of instances) instance.retain();
  }

  retain(): this {
    this.#users += 1;
    return this;
  }

  /** Whoever made the chain is its first user, so it lives until that one and all requests have released it. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) for (const instance of this.#instances) instance.release();
  }
}

/** A chain that does nothing; never disposed. */
export const emptyChain = new Chain(
  { rewrite: null, access: null, beforeProxy: null, responseHeader: null, responseBody: null, log: null },
  [],
);
