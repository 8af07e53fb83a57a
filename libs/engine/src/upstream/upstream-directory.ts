import { equalJson, type Upstream } from '@sluice/schema';
import { type Log, type Reply, reply } from '@sluice/plugin-kit';
import { type Balancing, standaloneBalancing } from '../balancer/balancing.ts';
import type { Resource } from '../snapshot/resource.ts';
import { HostRegister } from './host-register.ts';
import { PoolMemo } from './pool-memo.ts';
import type { Resolver } from './resolver.ts';
import { Transports } from './transports.ts';
import { timeoutsOf, upstreamRuntime, type UpstreamRuntime, type UpstreamTarget } from './upstream-target.ts';

const noNodes = reply(503);
const noTransport = reply(502);

interface Held {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly runtime: UpstreamRuntime;
}

/** What an upstream belongs to: a resource, or the configuration of a plugin. */
export type UpstreamOwner = Pick<Resource, 'id' | 'kind'>;

/** The upstreams in use. What one has learned survives every change that does not concern the upstream itself. */
export class UpstreamDirectory {
  readonly #held = new Map<string, Held>();
  readonly #transports: Transports;
  readonly #balancing: Balancing;
  readonly #hosts: HostRegister;

  /** `resolver` is told of names that no upstream has any more. */
  constructor(
    log: Log,
    trustedCertificates?: readonly string[],
    balancing = standaloneBalancing,
    resolver: Pick<Resolver, 'forget'> | null = null,
  ) {
    this.#hosts = new HostRegister(resolver);
    this.#balancing = balancing;
    this.#transports = new Transports(log, trustedCertificates);
  }

  /**
   * The upstream that `owner` is or carries; the answer to give where it cannot be used. `certificate` is the resource that
   * the upstream's `client_cert_id` names.
   */
  target(
    owner: UpstreamOwner,
    spec: Readonly<Record<string, unknown>>,
    routeTimeout: Upstream['timeout'],
    certificate: Resource | undefined,
  ): UpstreamTarget | Reply {
    const runtime = this.#runtime(owner, spec);
    if (runtime.nodes.length === 0) return noNodes;
    const transport = this.#transports.transport(owner, spec as Partial<Upstream>, certificate);
    if (transport === null) return noTransport;
    const timeouts = timeoutsOf(routeTimeout) ?? runtime.timeouts;
    return { runtime, timeouts, transport, pools: new PoolMemo() };
  }

  /** The resource is gone. */
  forget(kind: string, id: string): void {
    const key = `${kind}/${id}`;
    const held = this.#held.get(key);
    if (held) this.#hosts.replace(held.runtime.nodes, []);
    this.#held.delete(key);
    this.#transports.forget(kind, id);
  }

  #runtime(owner: UpstreamOwner, spec: Readonly<Record<string, unknown>>): UpstreamRuntime {
    const key = `${owner.kind}/${owner.id}`;
    const known = this.#held.get(key);
    if (known && (known.spec === spec || isSameUpstream(known.spec, spec))) return known.runtime;
    const upstream = spec as Partial<Upstream>;
    const runtime = upstreamRuntime(upstream, {
      owner: key,
      balancing: this.#balancing,
      previous: known?.runtime ?? null,
    });
    this.#hosts.replace(known?.runtime.nodes ?? [], runtime.nodes);
    this.#held.set(key, { spec, runtime });
    return runtime;
  }
}

/** Whether two versions differ in nothing that a request could notice. */
function isSameUpstream(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const ignored = { create_time: 0, update_time: 0, name: '', desc: '', labels: {} };
  return equalJson({ ...a, ...ignored }, { ...b, ...ignored });
}
