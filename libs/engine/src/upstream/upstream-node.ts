import { isJsonObject } from '@sluice/schema';
import type { BalancedNode } from '../balancer/balancer.ts';

/** One server of an upstream. */
export interface UpstreamNode extends BalancedNode {
  readonly host: string;
  readonly port: number;
  /** `host:port`, as metrics and variables show it. */
  readonly name: string;
  /** The Host that it sees with `pass_host: node`. */
  readonly hostHeader: string;
}

const defaultPorts: Readonly<Record<string, number | undefined>> = { http: 80, grpc: 80, https: 443, grpcs: 443 };

/** The nodes of an upstream, from either of the two forms in which they are configured. */
export function upstreamNodes(nodes: unknown, scheme: string): UpstreamNode[] {
  if (Array.isArray(nodes))
    return nodes.flatMap((node: unknown) => (isJsonObject(node) ? [fromList(node, scheme)] : []));
  if (!isJsonObject(nodes)) return [];
  return Object.entries(nodes).map(([endpoint, weight]) => fromPair(endpoint, weight, scheme));
}

function fromList(node: Record<string, unknown>, scheme: string): UpstreamNode {
  const { host, port, weight, priority } = node;
  return nodeOf(String(host), typeof port === 'number' ? port : undefined, weight, scheme, priority);
}

/** `host:port`, where the host may be an IPv6 address in brackets and the port may be missing. */
function fromPair(endpoint: string, weight: unknown, scheme: string): UpstreamNode {
  const [, host = endpoint, port] = /^(.*?)(?::(\d+))?$/.exec(endpoint) ?? [];
  return nodeOf(host, port === undefined ? undefined : Number(port), weight, scheme, 0);
}

function nodeOf(
  host: string,
  givenPort: number | undefined,
  weight: unknown,
  scheme: string,
  priority: unknown,
): UpstreamNode {
  const usual = defaultPorts[scheme] ?? 80;
  const port = givenPort ?? usual;
  return {
    host,
    port,
    name: `${host}:${port}`,
    hostHeader: port === usual ? host : `${host}:${port}`,
    weight: typeof weight === 'number' ? weight : 1,
    priority: typeof priority === 'number' ? priority : 0,
  };
}
