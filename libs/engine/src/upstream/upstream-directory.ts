import { equalJson, type Upstream } from '@sluice/schema';
import type { Log } from '@sluice/plugin-kit';
import type { Resource } from '../snapshot/resource.ts';
import { timeoutsOf, upstreamRuntime, type UpstreamRuntime, type UpstreamTarget } from './upstream-target.ts';

interface Held {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly runtime: UpstreamRuntime;
}

/** The upstreams in use. What one has learned survives every change that does not concern the upstream itself. */
export class UpstreamDirectory {
  readonly #held = new Map<string, Held>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The upstream that `owner` is or carries; null where it has no nodes, or needs what this build does not serve. */
  target(
    owner: Resource,
    spec: Readonly<Record<string, unknown>>,
    routeTimeout: Upstream['timeout'],
  ): UpstreamTarget | null {
    const runtime = this.#runtime(owner, spec);
    if (runtime.nodes.length === 0) return null;
    return { runtime, timeouts: timeoutsOf(routeTimeout) ?? runtime.timeouts };
  }

  /** The resource is gone. */
  forget(kind: string, id: string): void {
    this.#held.delete(`${kind}/${id}`);
  }

  /** Every host that is asked for by name or address. */
  hosts(): ReadonlySet<string> {
    return new Set([...this.#held.values()].flatMap(({ runtime }) => runtime.nodes.map(({ host }) => host)));
  }

  #runtime(owner: Resource, spec: Readonly<Record<string, unknown>>): UpstreamRuntime {
    const key = `${owner.kind}/${owner.id}`;
    const known = this.#held.get(key);
    if (known && (known.spec === spec || isSameUpstream(known.spec, spec))) return known.runtime;
    const upstream = spec as Partial<Upstream>;
    const isServed = upstream.scheme === undefined || upstream.scheme === 'http';
    if (!isServed) this.#log.error('the scheme of an upstream is not served', { owner: key, scheme: upstream.scheme });
    const runtime = upstreamRuntime(isServed ? upstream : { ...upstream, nodes: [] });
    this.#held.set(key, { spec, runtime });
    return runtime;
  }
}

/** Whether two versions differ in nothing that a request could notice. */
function isSameUpstream(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const ignored = { create_time: 0, update_time: 0, name: '', desc: '', labels: {} };
  return equalJson({ ...a, ...ignored }, { ...b, ...ignored });
}
