import type { GlobalPlugins } from '../pipeline/global-plugins.ts';
import type { RouteRule } from '../router/candidate.ts';
import type { Router } from '../router/router.ts';
import type { ConsumerIndex } from './consumer-index.ts';
import type { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';
import type { RouteTarget } from './route-target.ts';

/** What a generation is made of. */
export interface GenerationParts {
  readonly kinds: ReadonlyMap<string, PersistentMap<Resource>>;
  readonly rules: PersistentMap<RouteRule<RouteTarget>>;
  /** Service → its routes without hosts of their own, which follow the hosts of the service. */
  readonly followers: PersistentMap<PersistentMap<true>>;
  readonly router: Router<RouteTarget>;
  readonly consumers: ConsumerIndex;
  readonly globals: GlobalPlugins;
}

/** One immutable state of the whole configuration. A request keeps the one that it began with. */
export class Generation {
  readonly parts: GenerationParts;
  readonly router: Router<RouteTarget>;
  readonly consumers: ConsumerIndex;
  readonly globals: GlobalPlugins;

  constructor(parts: GenerationParts) {
    this.parts = parts;
    this.router = parts.router;
    this.consumers = parts.consumers;
    this.globals = parts.globals;
  }

  get(kind: string, id: string): Resource | undefined {
    return this.parts.kinds.get(kind)?.get(id);
  }

  *all(): IterableIterator<Resource> {
    for (const resources of this.parts.kinds.values()) yield* resources.values();
  }

  *ofKind(kind: string): IterableIterator<Resource> {
    const resources = this.parts.kinds.get(kind);
    if (resources) yield* resources.values();
  }
}
