import type { DiscoveredNode, Discovery } from '@sluice/discovery';
import { isJsonObject } from '@sluice/schema';
import type { ResourceChange } from '@sluice/sync';
import { valueOf } from './secret-parts.ts';

type Fields = Readonly<Record<string, unknown>>;

const carriers: ReadonlySet<string> = new Set(['upstream', 'route', 'service']);
const needle = Buffer.from('"discovery_type"');
/** How long a change waits for the servers of a service that nobody has asked for before. */
const patienceMs = 2_000;

/** A resource whose upstream names a service. */
interface Original {
  readonly change: ResourceChange;
  readonly service: string;
}

/** A service whose servers are known, or about to be. */
interface Followed {
  nodes: readonly DiscoveredNode[];
  readonly known: PromiseWithResolvers<void>;
  stop: () => void;
}

/** Discoveries by the name that `discovery_type` has for them. */
export type Discoveries = ReadonlyMap<string, Discovery>;

/**
 * Puts the servers that a discovery has found in the place of the names of services before resources are served, so that
 * balancing, health checks and everything else see plain nodes. What was received is kept beside it, as with secrets.
 */
export class DiscoveryResolution {
  readonly #discoveries: Discoveries;
  readonly #originals = new Map<string, Original>();
  readonly #followed = new Map<string, Followed>();
  #staged = new Map<string, Original | null>();
  /** Told of services whose servers are others now. */
  onChange: (service: string) => void = () => undefined;

  constructor(discoveries: Discoveries = new Map()) {
    this.#discoveries = discoveries;
  }

  /** What is to be served for changes. Nothing of it counts before `commit`. */
  async stage(changes: readonly ResourceChange[]): Promise<readonly ResourceChange[]> {
    this.#staged = new Map();
    const values = new Map<ResourceChange, Fields>();
    for (const change of changes) {
      const value = this.#serviceOf(change);
      if (value) values.set(change, value);
      else if (this.#originals.has(keyOf(change))) this.#staged.set(keyOf(change), null);
    }
    if (values.size === 0) return changes;
    await this.#known();
    return changes.map((change) => this.#served(change, values.get(change)));
  }

  /** What was staged is in service. */
  commit(): void {
    for (const [key, original] of this.#staged) {
      if (original) this.#originals.set(key, original);
      else this.#originals.delete(key);
    }
    if (this.#staged.size === 0) return;
    this.#staged = new Map();
    const used = new Set(Array.from(this.#originals.values(), ({ service }) => service));
    for (const [service, { stop }] of this.#followed) {
      if (used.has(service)) continue;
      stop();
      this.#followed.delete(service);
    }
  }

  /** The body that a resource was received with, where another one is served. */
  bodyOf(kind: string, id: string): Uint8Array | undefined {
    return this.#originals.get(`${kind}/${id}`)?.change.body ?? undefined;
  }

  /** The resources in service that name a service, as they came from the secrets. */
  referringTo(service: string): readonly ResourceChange[] {
    const originals = [...this.#originals.values()].filter((original) => original.service === service);
    return originals.map(({ change }) => change);
  }

  close(): void {
    for (const { stop } of this.#followed.values()) stop();
    for (const discovery of this.#discoveries.values()) discovery.close();
  }

  /** The JSON of a resource whose upstream names a service of a discovery that there is; null for nearly all. */
  #serviceOf(change: ResourceChange): Fields | null {
    const { kind, body } = change;
    if (body === null || !carriers.has(kind) || !contains(body, needle)) return null;
    const value = valueOf(body);
    const upstream = isJsonObject(value) ? upstreamIn(kind, value) : undefined;
    const { discovery_type: type, service_name: name } = upstream ?? {};
    if (typeof type !== 'string' || typeof name !== 'string') return null;
    const discovery = this.#discoveries.get(type);
    if (discovery === undefined) return null;
    const service = `${type} ${name}`;
    this.#staged.set(keyOf(change), { change, service });
    this.#follow(service, discovery, name);
    return value as Fields;
  }

  #follow(service: string, discovery: Discovery, name: string): void {
    if (this.#followed.has(service)) return;
    const followed: Followed = { nodes: [], known: Promise.withResolvers<void>(), stop: () => undefined };
    this.#followed.set(service, followed);
    followed.stop = discovery.follow(name, (nodes) => {
      followed.nodes = nodes;
      followed.known.resolve();
      if (this.referringTo(service).length > 0) this.onChange(service);
    });
  }

  async #known(): Promise<void> {
    const services = [...this.#staged.values()].flatMap((original) => (original ? [original.service] : []));
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, patienceMs);
    await Promise.race([
      Promise.all(services.map((service) => this.#followed.get(service)?.known.promise)),
      patience.promise,
    ]);
    clearTimeout(timer);
  }

  #served(change: ResourceChange, value: Fields | undefined): ResourceChange {
    const original = value && this.#staged.get(keyOf(change));
    if (!original) return change;
    const { nodes = [] } = this.#followed.get(original.service) ?? {};
    const upstream = withNodes(upstreamIn(change.kind, value) as Fields, nodes);
    const next = change.kind === 'upstream' ? upstream : { ...value, upstream };
    return { ...change, body: Buffer.from(JSON.stringify(next)) };
  }
}

function upstreamIn(kind: string, value: Fields): Fields | undefined {
  const upstream = kind === 'upstream' ? value : value['upstream'];
  return isJsonObject(upstream) ? (upstream as Fields) : undefined;
}

function withNodes(spec: Fields, nodes: readonly DiscoveredNode[]): object {
  const { service_name: _name, discovery_type: _type, discovery_args: _args, ...rest } = spec;
  return { ...rest, nodes };
}

function contains({ buffer, byteOffset, byteLength }: Uint8Array, text: Buffer): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(text);
}

function keyOf({ kind, id }: Pick<ResourceChange, 'kind' | 'id'>): string {
  return `${kind}/${id}`;
}
