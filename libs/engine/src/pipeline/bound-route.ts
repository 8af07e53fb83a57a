import type { Reply } from '@sluice/plugin-kit';
import type { RouteCounters } from '../metrics/route-metrics.ts';
import type { Resource } from '../snapshot/resource.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';
import type { Chain } from './chain.ts';
import type { Dependency, Dependents } from './dependents.ts';
import type { PluginInstance } from './plugin-instance.ts';

/** What a route is made of, once compiled. */
export interface BoundParts {
  readonly route: Resource;
  readonly service: Resource | undefined;
  readonly chain: Chain;
  /** What the chain was made of; consumers' plugins are laid over it. */
  readonly instances: readonly PluginInstance[];
  /** Plugins of this route that global rules leave to it; null for none. */
  readonly yielding: ReadonlySet<string> | null;
  readonly upstream: UpstreamTarget | null;
  /** The answer to every request: something that the route stands on is missing or broken. */
  readonly refusal: Reply | null;
  /** The answer after all plugins have run: there is nothing to send the request to. */
  readonly unreachable: Reply | null;
  readonly counters: RouteCounters;
  readonly dependencies: readonly Dependency[];
}

/** A route with everything that it refers to, compiled. Valid until one of those changes. */
export class BoundRoute {
  readonly parts: BoundParts;
  readonly chain: Chain;
  readonly upstream: UpstreamTarget | null;
  /** Whether clients may go on as WebSocket; what the route says counts more than what its service says. */
  readonly allowsWebSocket: boolean;
  readonly name: string | undefined;
  readonly service: { readonly id: string; readonly name: string | undefined } | undefined;
  /** Chains for consumers, by the resources that their plugins come from; null where they bring none. The newest last. */
  readonly consumerChains = new Map<Resource, Chain | null>();
  readonly #dependencies: Set<Dependency>;
  #isRetired = false;
  #freshAt = -1;

  constructor(parts: BoundParts) {
    this.parts = parts;
    this.chain = parts.chain;
    this.upstream = parts.upstream;
    this.name = parts.route.text('name');
    const enabled = parts.route.raw['enable_websocket'] ?? parts.service?.raw['enable_websocket'];
    this.allowsWebSocket = enabled === true;
    this.service = parts.service && { id: parts.service.id, name: parts.service.text('name') };
    this.#dependencies = new Set(parts.dependencies);
    for (const dependency of this.#dependencies) dependency.members.add(this);
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Whether all that it was made of is what it was. */
  isFresh(dependents: Dependents): boolean {
    // Nearly always nothing has changed since the request before.
    if (this.#freshAt === dependents.changes) return true;
    for (const dependency of this.#dependencies) if (dependency.isStale) return false;
    this.#freshAt = dependents.changes;
    return true;
  }

  /** Adds something whose change makes this one stale: what a consumer brought. */
  dependOn(dependency: Dependency): void {
    this.#dependencies.add(dependency);
    dependency.members.add(this);
  }

  /** Lets its chains go as soon as the last request has left them. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    for (const dependency of this.#dependencies) dependency.members.delete(this);
    this.chain.release();
    for (const chain of this.consumerChains.values()) chain?.release();
    this.consumerChains.clear();
  }
}
