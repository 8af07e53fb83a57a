import { GlobalPlugins } from '../pipeline/global-plugins.ts';
import type { PluginRegistry } from '../pipeline/plugin-registry.ts';
import type { RouterMode } from '../router/path-pattern.ts';
import { Router } from '../router/router.ts';
import { RouterBuilder } from '../router/router-builder.ts';
import { Generation, type GenerationParts } from './generation.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';
import { hostsOf, PlacedRoute } from './placed-route.ts';
import { SegmentReader } from './segment-reader.ts';

/** Fewer routes than this are placed one after the other, however few there are. */
const bulkLeast = 64;

type Draft = { -readonly [Part in keyof GenerationParts]: GenerationParts[Part] };

/** The first generation: nothing is configured. */
export function emptyGeneration(mode: RouterMode, registry: PluginRegistry): Generation {
  return new Generation({
    segments: SegmentReader.empty(),
    routes: PersistentMap.empty(),
    kinds: new Map(),
    followers: PersistentMap.empty(),
    router: Router.empty(mode),
    consumers: null,
    globals: new GlobalPlugins(registry, undefined, undefined),
  });
}

/** Derives the next generation from one that stays as it is. The work grows with what changes, not with what is there. */
export class GenerationBuilder {
  readonly #base: Generation;
  readonly #draft: Draft;
  readonly #registry: PluginRegistry;
  readonly #kinds: Map<string, PersistentMap<Resource>>;
  /** Routes to place in the router anew: by id, the version to place, or undefined to take the route out. */
  readonly #moved = new Map<string, Resource | undefined>();
  #changesGlobals = false;
  readonly #lentHosts = (serviceId: string | undefined): readonly string[] =>
    hostsOf(serviceId === undefined ? undefined : this.#kinds.get('service')?.get(serviceId));

  constructor(base: Generation, registry: PluginRegistry) {
    this.#base = base;
    this.#draft = { ...base.parts };
    this.#registry = registry;
    this.#kinds = new Map(base.parts.kinds);
  }

  /** Takes over parts that are made elsewhere. */
  with(parts: Pick<GenerationParts, 'segments' | 'consumers'>): this {
    Object.assign(this.#draft, parts);
    return this;
  }

  /** Puts a resource in, or takes it out. */
  change(kind: string, id: string, next: Resource | undefined): void {
    if (kind === 'route') {
      this.#moved.set(id, next);
      return;
    }
    const resources = this.#kinds.get(kind) ?? PersistentMap.empty<Resource>();
    const before = resources.get(id);
    this.#kinds.set(kind, next ? resources.set(id, next) : resources.delete(id));
    if (kind === 'service') this.#changeService(id, before, next);
    else if (kind === 'global_rule' || kind === 'plugin_metadata') this.#changesGlobals = true;
  }

  build(): Generation {
    if (this.#moved.size > bulkLeast && this.#moved.size >= this.#base.parts.routes.size) this.#placeAll();
    else for (const [id, resource] of this.#moved) this.#placeRoute(id, resource);
    this.#draft.kinds = this.#kinds;
    if (this.#changesGlobals) this.#draft.globals = this.#globals();
    return new Generation(this.#draft);
  }

  #globals(): GlobalPlugins {
    return new GlobalPlugins(this.#registry, this.#kinds.get('global_rule'), this.#kinds.get('plugin_metadata'));
  }

  #changeService(id: string, before: Resource | undefined, next: Resource | undefined): void {
    const [old, now] = [hostsOf(before), hostsOf(next)];
    if (old.length === now.length && old.every((host, i) => host === now[i])) return;
    for (const [routeId] of this.#draft.followers.get(id)?.entries() ?? [])
      if (!this.#moved.has(routeId)) this.#moved.set(routeId, this.#base.get('route', routeId));
  }

  #placeRoute(id: string, resource: Resource | undefined): void {
    const draft = this.#draft;
    const old = draft.routes.get(id);
    if (old) {
      draft.router = draft.router.without(old);
      this.#follow(old.serviceId, id, false);
    }
    if (!resource) {
      draft.routes = draft.routes.delete(id);
      return;
    }
    const placed = this.#placed(resource);
    draft.routes = draft.routes.set(id, placed);
    draft.router = draft.router.with(placed);
    if (followsService(resource)) this.#follow(placed.serviceId, id, true);
    // Decoded again when a request first needs more of it: most of many routes are not asked for soon.
    resource.settle();
  }

  /** Makes router and routes anew: with most of them changed, that is less than changing one after the other. */
  #placeAll(): void {
    const { routes, router } = this.#draft;
    const placed: PlacedRoute[] = [];
    const builder = new RouterBuilder<PlacedRoute>(router.mode);
    for (const route of routes.values()) if (!this.#moved.has(route.id)) placed.push(route);
    for (const [id, resource] of this.#moved) {
      this.#follow(routes.get(id)?.serviceId, id, false);
      if (!resource) continue;
      const route = this.#placed(resource);
      if (followsService(resource)) this.#follow(route.serviceId, id, true);
      placed.push(route);
      resource.settle();
    }
    for (const route of placed) builder.add(route);
    this.#draft.routes = PersistentMap.from(placed.map((route) => [route.id, route] as const));
    this.#draft.router = builder.build();
  }

  #placed(resource: Resource): PlacedRoute {
    return new PlacedRoute(resource, this.#lentHosts);
  }

  #follow(serviceId: string | undefined, routeId: string, follows: boolean): void {
    if (serviceId === undefined) return;
    const { followers } = this.#draft;
    const routes = followers.get(serviceId) ?? PersistentMap.empty<true>();
    const next = follows ? routes.set(routeId, true) : routes.delete(routeId);
    this.#draft.followers = next.size === 0 ? followers.delete(serviceId) : followers.set(serviceId, next);
  }
}

/** A route without hosts of its own has those of its service, whatever they become. */
function followsService(route: Resource): boolean {
  return route.raw['host'] === undefined && route.raw['hosts'] === undefined;
}
