import type { Resolver } from './resolver.ts';
import type { UpstreamRuntime } from './upstream-target.ts';

type Nodes = UpstreamRuntime['nodes'];

/** How many upstreams name each host, so that the addresses of a name go with the last of them. */
export class HostRegister {
  readonly #counts = new Map<string, number>();
  readonly #resolver: Pick<Resolver, 'forget'> | null;

  constructor(resolver: Pick<Resolver, 'forget'> | null) {
    this.#resolver = resolver;
  }

  /** An upstream has other nodes than before. The new ones count first: a name that stays keeps its addresses. */
  replace(before: Nodes, after: Nodes): void {
    for (const { host } of after) this.#counts.set(host, (this.#counts.get(host) ?? 0) + 1);
    for (const { host } of before) {
      const left = (this.#counts.get(host) ?? 0) - 1;
      if (left > 0) this.#counts.set(host, left);
      else {
        this.#counts.delete(host);
        this.#resolver?.forget(host);
      }
    }
  }
}
