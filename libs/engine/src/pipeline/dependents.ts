import type { BoundRoute } from './bound-route.ts';

/** Shared by all that was compiled from one resource: changing the resource sets one flag, however many they are. */
export interface Dependency {
  isStale: boolean;
  readonly members: Set<BoundRoute>;
}

const sliceSize = 256;

/** The reverse reference index: which compiled routes stand on a resource. */
export class Dependents {
  readonly #byKey = new Map<string, Dependency>();
  readonly #retired: IterableIterator<BoundRoute>[] = [];
  #isSweeping = false;
  #changes = 0;

  /** How many changes there were: what was found fresh after as many is fresh still. */
  get changes(): number {
    return this.#changes;
  }

  /** The dependency on a resource, which need not exist: its creation is a change too. */
  on(kind: string, id: string): Dependency {
    const key = `${kind}/${id}`;
    let dependency = this.#byKey.get(key);
    if (!dependency) this.#byKey.set(key, (dependency = { isStale: false, members: new Set() }));
    return dependency;
  }

  /** The resource changed: whatever stands on it is compiled anew when it is next asked for. */
  invalidate(kind: string, id: string): void {
    const key = `${kind}/${id}`;
    const dependency = this.#byKey.get(key);
    if (!dependency) return;
    this.#changes += 1;
    dependency.isStale = true;
    this.#byKey.delete(key);
    this.#retired.push(dependency.members.values());
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    setImmediate(() => this.#sweep());
  }

  /** Lets go of what was compiled, a slice at a time, so that requests need not wait for it. */
  #sweep(): void {
    let left = sliceSize;
    while (left > 0) {
      const members = this.#retired[0];
      if (!members) break;
      const next = members.next();
      if (next.done) this.#retired.shift();
      else next.value.retire();
      left -= 1;
    }
    this.#isSweeping = this.#retired.length > 0;
    if (this.#isSweeping) setImmediate(() => this.#sweep());
  }
}
