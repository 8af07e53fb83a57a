import { GlobalPlugins } from '../pipeline/global-plugins.ts';
import type { PluginRegistry } from '../pipeline/plugin-registry.ts';
import type { RouterMode } from '../router/path-pattern.ts';
import { Router } from '../router/router.ts';
import { Generation, type GenerationParts } from './generation.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';
import { hostsOf, routeRule } from './route-target.ts';
import { SegmentReader } from './segment-reader.ts';

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
    for (const [id, resource] of this.#moved) this.#placeRoute(id, resource);
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
    if (old?.rule) {
      draft.router = draft.router.without(old.rule);
      this.#follow(old.rule.target.serviceId, id, false);
    }
    if (!resource) {
      draft.routes = draft.routes.delete(id);
      return;
    }
    const serviceId = resource.text('service_id');
    const service = serviceId === undefined ? undefined : this.#kinds.get('service')?.get(serviceId);
    const rule = routeRule(resource, hostsOf(service));
    draft.routes = draft.routes.set(id, { resource, rule });
    if (rule) {
      draft.router = draft.router.with(rule);
      const hasOwnHosts = resource.raw['host'] !== undefined || resource.raw['hosts'] !== undefined;
      if (!hasOwnHosts) this.#follow(serviceId, id, true);
    }
    // Decoded again when a request first needs more of it: most of many routes are not asked for soon.
    resource.settle();
  }

  #follow(serviceId: string | undefined, routeId: string, follows: boolean): void {
    if (serviceId === undefined) return;
    const { followers } = this.#draft;
    const routes = followers.get(serviceId) ?? PersistentMap.empty<true>();
    const next = follows ? routes.set(routeId, true) : routes.delete(routeId);
    this.#draft.followers = next.size === 0 ? followers.delete(serviceId) : followers.set(serviceId, next);
  }
}
