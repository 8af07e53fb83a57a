import { isIP } from 'node:net';
import type { DiscoveredNode } from '../discovery.ts';
import type { DnsAnswer, FoundRecord } from './dns-client.ts';
import type { RecordType } from './schema.ts';

/** Asks for the records of a name. */
export type Query = (name: string, type: RecordType) => Promise<DnsAnswer>;

/** The servers of a service, and for how long that holds. */
export interface ServiceNodes {
  readonly nodes: readonly DiscoveredNode[];
  readonly ttlSeconds: number;
  /** By which records they were found; null where there are none. */
  readonly type: RecordType | null;
}

/** How many servers of one service are looked up at most: an answer may name thousands. */
const serversMax = 256;

/** Finds the servers of a service: by the first kind of records that there are any of. Rejects where nobody answered. */
export async function serviceNodes(name: string, types: readonly RecordType[], query: Query): Promise<ServiceNodes> {
  const [, host = name, port] = /^(.+?)(?::(\d+))?$/.exec(name) ?? [];
  const givenPort = port === undefined ? undefined : Number(port);
  if (isIP(host) !== 0) return { nodes: [nodeAt(host, givenPort)], ttlSeconds: Number.POSITIVE_INFINITY, type: 'A' };
  for (const type of types) {
    const { records, ttlSeconds } = await query(host, type);
    if (records.length === 0) continue;
    if (type !== 'SRV') return { nodes: records.map(({ target }) => nodeAt(target, givenPort)), ttlSeconds, type };
    const found = await Promise.all(records.slice(0, serversMax).map((record) => nodesOf(record, givenPort, query)));
    const least = Math.min(ttlSeconds, ...found.map((one) => one.ttlSeconds));
    const nodes = found.flatMap((one) => one.nodes);
    if (nodes.length > 0) return { nodes, ttlSeconds: least, type };
  }
  return { nodes: [], ttlSeconds: 0, type: null };
}

function nodeAt(address: string, port: number | undefined): DiscoveredNode {
  const host = address.includes(':') ? `[${address}]` : address;
  return { host, ...(port !== undefined && { port }), weight: 1 };
}

/**
 * The addresses of the server that an SRV record names (RFC 2782). A lower priority is asked first there, a higher one here;
 * a weight of 0 is a very small one, not none.
 */
async function nodesOf({ target, service }: FoundRecord, givenPort: number | undefined, query: Query) {
  const { port = 0, priority = 0, weight = 0 } = service ?? {};
  // A dot alone: the service is decidedly not available.
  if (target === '.' || target === '') return { nodes: [], ttlSeconds: Number.POSITIVE_INFINITY };
  const ipv4 = await query(target, 'A');
  const { records, ttlSeconds } = ipv4.records.length > 0 ? ipv4 : await query(target, 'AAAA');
  const nodes = records.map((record) => ({
    ...nodeAt(record.target, port === 0 ? givenPort : port),
    weight: Math.max(weight, 1),
    priority: priority === 0 ? 0 : -priority,
  }));
  return { nodes, ttlSeconds: records.length > 0 ? ttlSeconds : Number.POSITIVE_INFINITY };
}
