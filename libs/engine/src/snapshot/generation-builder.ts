import { GlobalPlugins } from '../pipeline/global-plugins.ts';
import type { PluginRegistry } from '../pipeline/plugin-registry.ts';
import type { RouterMode } from '../router/path-pattern.ts';
import { Router } from '../router/router.ts';
import { ConsumerIndex } from './consumer-index.ts';
import { Generation, type GenerationParts } from './generation.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';
import { hostsOf, routeRule } from './route-target.ts';

type Draft = { -readonly [Part in keyof GenerationParts]: GenerationParts[Part] };

/** The first generation: nothing is configured. */
export function emptyGeneration(mode: RouterMode, registry: PluginRegistry): Generation {
  return new Generation({
    kinds: new Map(),
    rules: PersistentMap.empty(),
    followers: PersistentMap.empty(),
    router: Router.empty(mode),
    consumers: ConsumerIndex.empty(),
    globals: new GlobalPlugins(registry, undefined, undefined),
  });
}

/** Derives the next generation from one that stays as it is. The work grows with what changes, not with what is there. */
export class GenerationBuilder {
  readonly #draft: Draft;
  readonly #registry: PluginRegistry;
  readonly #kinds: Map<string, PersistentMap<Resource>>;
  /** Routes to place in the router anew. */
  readonly #moved = new Set<string>();
  #changesGlobals = false;

  constructor(base: Generation, registry: PluginRegistry) {
    this.#draft = { ...base.parts };
    this.#registry = registry;
    this.#kinds = new Map(base.parts.kinds);
  }

  /** Puts a resource in, or takes it out. */
  change(kind: string, id: string, next: Resource | undefined): void {
    const resources = this.#kinds.get(kind) ?? PersistentMap.empty<Resource>();
    const before = resources.get(id);
    this.#kinds.set(kind, next ? resources.set(id, next) : resources.delete(id));
    if (kind === 'route') this.#moved.add(id);
    else if (kind === 'service') this.#changeService(id, before, next);
    else if (kind === 'consumer' || kind === 'credential') this.#changeConsumer(before, next);
    else if (kind === 'global_rule' || kind === 'plugin_metadata') this.#changesGlobals = true;
  }

  build(): Generation {
    for (const id of this.#moved) this.#placeRoute(id);
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
    for (const [routeId] of this.#draft.followers.get(id)?.entries() ?? []) this.#moved.add(routeId);
  }

  #changeConsumer(before: Resource | undefined, next: Resource | undefined): void {
    const schemaOf = (name: string) => this.#registry.schema(name);
    let { consumers } = this.#draft;
    if (before) consumers = consumers.without(before, schemaOf);
    if (next) consumers = consumers.with(next, schemaOf);
    this.#draft.consumers = consumers;
  }

  #placeRoute(id: string): void {
    const draft = this.#draft;
    const old = draft.rules.get(id);
    if (old) {
      draft.router = draft.router.without(old);
      draft.rules = draft.rules.delete(id);
      this.#follow(old.target.serviceId, id, false);
    }
    const resource = this.#kinds.get('route')?.get(id);
    const serviceId = resource?.text('service_id');
    const service = serviceId === undefined ? undefined : this.#kinds.get('service')?.get(serviceId);
    const rule = resource && routeRule(resource, hostsOf(service));
    if (!rule) return;
    draft.router = draft.router.with(rule);
    draft.rules = draft.rules.set(id, rule);
    const hasOwnHosts = resource.raw['host'] !== undefined || resource.raw['hosts'] !== undefined;
    if (!hasOwnHosts) this.#follow(serviceId, id, true);
  }

  #follow(serviceId: string | undefined, routeId: string, follows: boolean): void {
    if (serviceId === undefined) return;
    const { followers } = this.#draft;
    const routes = followers.get(serviceId) ?? PersistentMap.empty<true>();
    const next = follows ? routes.set(routeId, true) : routes.delete(routeId);
    this.#draft.followers = next.size === 0 ? followers.delete(serviceId) : followers.set(serviceId, next);
  }
}
