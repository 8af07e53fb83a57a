import type { GlobalPlugins } from '../pipeline/global-plugins.ts';
import type { Router } from '../router/router.ts';
import { isIndexed } from './config-step.ts';
import type { ConsumerIndex } from './consumer-index.ts';
import type { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';
import type { PlacedRoute } from './placed-route.ts';
import type { SegmentReader } from './segment-reader.ts';

/** What a generation is made of. */
export interface GenerationParts {
  readonly segments: SegmentReader;
  readonly routes: PersistentMap<PlacedRoute>;
  /** All other kinds but those that the consumer index finds. */
  readonly kinds: ReadonlyMap<string, PersistentMap<Resource>>;
  /** Service → its routes without hosts of their own, which follow the hosts of the service. */
  readonly followers: PersistentMap<PersistentMap<true>>;
  readonly router: Router<PlacedRoute>;
  /** Null in the first generation, where nothing is configured. */
  readonly consumers: ConsumerIndex | null;
  readonly globals: GlobalPlugins;
}

/** One immutable state of the whole configuration. A request keeps the one that it began with. */
export class Generation {
  readonly parts: GenerationParts;
  readonly router: Router<PlacedRoute>;
  readonly consumers: ConsumerIndex | null;
  readonly globals: GlobalPlugins;

  constructor(parts: GenerationParts) {
    this.parts = parts;
    this.router = parts.router;
    this.consumers = parts.consumers;
    this.globals = parts.globals;
  }

  get(kind: string, id: string): Resource | undefined {
    if (kind === 'route') return this.parts.routes.get(id)?.resource;
    if (isIndexed(kind)) return this.consumers?.get(kind, id);
    return this.parts.kinds.get(kind)?.get(id);
  }

  /** All of a kind; not for routes, and not for what the consumer index finds. */
  *ofKind(kind: string): IterableIterator<Resource> {
    const resources = this.parts.kinds.get(kind);
    if (resources) yield* resources.values();
  }

  /** Every route, with what the router knows of it. */
  placedRoutes(): IterableIterator<PlacedRoute> {
    return this.parts.routes.values();
  }
}
