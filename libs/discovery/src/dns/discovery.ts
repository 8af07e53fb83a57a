import type { Log } from '@sluice/plugin-kit';
import type { DiscoveredNode, Discovery, OnNodes } from '../discovery.ts';
import { DnsClient } from './dns-client.ts';
import type { DnsDiscoverySettings, RecordType } from './schema.ts';
import { type Query, serviceNodes } from './service-nodes.ts';

/** How services are found by DNS. */
export interface DnsDiscoveryOptions extends Pick<DnsDiscoverySettings, 'order'> {
  /** Addresses of name servers, with or without a port. */
  readonly servers: readonly string[];
  /** Until a name server that says nothing is given up. */
  readonly timeoutMs: number;
  /** How long every answer holds; what the name server says without it. */
  readonly validMs?: number | undefined;
  readonly log: Log;
}

const validMsMin = 1_000;
const validMsMax = 3_600_000;
const retryMsMin = 1_000;
const retryMsMax = 30_000;

/** A service that somebody follows. */
interface Followed {
  readonly name: string;
  readonly listeners: Set<OnNodes>;
  /** What was found last; null before. */
  nodes: readonly DiscoveredNode[] | null;
  lastType: RecordType | null;
  failures: number;
  timer: NodeJS.Timeout | null;
}

/** Finds services by DNS, SRV records among them, and asks again when an answer has run out. */
export class DnsDiscovery implements Discovery {
  readonly #options: DnsDiscoveryOptions;
  readonly #query: Query;
  readonly #services = new Map<string, Followed>();

  constructor(options: DnsDiscoveryOptions) {
    const client = new DnsClient(options.servers, options.timeoutMs);
    this.#options = options;
    this.#query = (name, type) => client.query(name, type);
  }

  follow(serviceName: string, onNodes: OnNodes): () => void {
    const known = this.#services.get(serviceName);
    const service = known ?? this.#begin(serviceName);
    service.listeners.add(onNodes);
    if (service.nodes !== null) onNodes(service.nodes);
    return () => {
      service.listeners.delete(onNodes);
      if (service.listeners.size === 0) this.#end(service);
    };
  }

  close(): void {
    for (const service of this.#services.values()) this.#end(service);
  }

  #begin(name: string): Followed {
    const service: Followed = { name, listeners: new Set(), nodes: null, lastType: null, failures: 0, timer: null };
    this.#services.set(name, service);
    void this.#look(service);
    return service;
  }

  #end(service: Followed): void {
    if (service.timer) clearTimeout(service.timer);
    this.#services.delete(service.name);
  }

  async #look(service: Followed): Promise<void> {
    const waitMs = await this.#lookOnce(service);
    if (this.#services.get(service.name) !== service || waitMs === Number.POSITIVE_INFINITY) return;
    service.timer = setTimeout(() => void this.#look(service), waitMs).unref();
  }

  /** Answers when to look again, in milliseconds. */
  async #lookOnce(service: Followed): Promise<number> {
    try {
      const { nodes, ttlSeconds, type } = await serviceNodes(service.name, this.#typesFor(service), this.#query);
      if (nodes.length === 0) throw new Error('there are no records of it');
      service.failures = 0;
      service.lastType = type;
      this.#tell(service, nodes);
      if (ttlSeconds === Number.POSITIVE_INFINITY) return ttlSeconds;
      return Math.min(Math.max(this.#options.validMs ?? ttlSeconds * 1000, validMsMin), validMsMax);
    } catch (error) {
      return this.#failed(service, error);
    }
  }

  /** The last good answer stays; where there is none, that there are no servers is the answer. */
  #failed(service: Followed, error: unknown): number {
    const reason = error instanceof Error ? error.message : String(error);
    if (service.failures === 0)
      this.#options.log.warn('a service is not found by DNS', { service: service.name, reason });
    if (service.nodes === null) this.#tell(service, []);
    const waitMs = Math.min(retryMsMin * 2 ** service.failures, retryMsMax);
    service.failures += 1;
    return waitMs;
  }

  /** In an order of their own, so that round robin in the answers of a name server is no news. */
  #tell(service: Followed, found: readonly DiscoveredNode[]): void {
    const nodes = found.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
    const isSame = service.nodes !== null && JSON.stringify(service.nodes) === JSON.stringify(nodes);
    service.nodes = nodes;
    if (!isSame) for (const listener of service.listeners) listener(nodes);
  }

  #typesFor({ lastType }: Followed): readonly RecordType[] {
    const types = this.#options.order.flatMap((kind) =>
      kind === 'last' ? (lastType ?? []) : kind === 'CNAME' ? [] : kind,
    );
    return [...new Set(types)];
  }
}

function keyOf({ host, port = 0 }: DiscoveredNode): string {
  return `${host}:${port}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
