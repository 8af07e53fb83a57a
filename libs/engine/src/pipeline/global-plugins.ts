import type { PersistentMap } from '../snapshot/persistent-map.ts';
import type { Resource } from '../snapshot/resource.ts';
import type { Chain } from './chain.ts';
import { compileChain } from './compile-chain.ts';
import { EndpointTable } from './endpoint-table.ts';
import { instancesOf } from './instances.ts';
import type { EndpointSet, PluginRegistry } from './plugin-registry.ts';

type Resources = PersistentMap<Resource> | undefined;

/** The plugins of all global rules: a chain of its own, compiled with the first request. */
export class GlobalPlugins {
  readonly #registry: PluginRegistry;
  readonly #rules: Resources;
  readonly #metadata: Resources;
  #chain: Chain | null = null;
  /** The chain without plugins that yield to a route's own; by their names. */
  readonly #yielding = new Map<string, Chain>();
  #endpoints: { readonly set: EndpointSet; readonly table: EndpointTable } | null = null;

  constructor(registry: PluginRegistry, rules: Resources, metadata: Resources) {
    this.#registry = registry;
    this.#rules = rules;
    this.#metadata = metadata;
  }

  /** The chain for a route that runs these plugins itself (null: none of them yields). */
  chain(yielding: ReadonlySet<string> | null): Chain {
    if (yielding !== null) return this.#without(yielding);
    return (this.#chain ??= this.#compile(null));
  }

  /** The addresses that plugins serve themselves. */
  get endpoints(): EndpointTable {
    if (this.#endpoints === null) {
      const set = this.#registry.endpoints((name) => this.#metadata?.get(name));
      this.#endpoints = { set, table: new EndpointTable(set.endpoints) };
    }
    return this.#endpoints.table;
  }

  /** Lets the chains go as soon as the last request has left them. */
  retire(): void {
    for (const chain of [this.#chain, ...this.#yielding.values()]) chain?.release();
    this.#chain = null;
    this.#yielding.clear();
    void this.#endpoints?.set.dispose();
    this.#endpoints = null;
  }

  #without(names: ReadonlySet<string>): Chain {
    const key = [...names].toSorted().join();
    const known = this.#yielding.get(key);
    if (known) return known;
    const chain = this.#compile(names);
    this.#yielding.set(key, chain);
    return chain;
  }

  #compile(without: ReadonlySet<string> | null): Chain {
    const owners = new Map<string, Resource | null>();
    for (const rule of this.#rules?.values() ?? [])
      for (const name of Object.keys(rule.plugins)) owners.set(name, owners.has(name) ? null : rule);
    for (const name of without ?? []) owners.delete(name);
    const entries = [...owners].filter((entry): entry is [string, Resource] => entry[1] !== null);
    // Two rules that say different things about one plugin: nobody can know which is meant, so neither runs.
    const twice = [...owners.keys()].filter((name) => owners.get(name) === null);
    if (twice.length > 0)
      this.#registry.log.error('plugins in more than one global rule do not run', { plugins: twice });
    return compileChain(instancesOf(entries, (name) => this.#metadata?.get(name), this.#registry));
  }
}
