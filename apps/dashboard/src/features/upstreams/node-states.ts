import { isJsonObject } from '@sluice/schema';
import type { Instance, JsonRecord, Resource } from '../../api/types.ts';
import { unhealthyNodes } from '../../fleet/unhealthy-nodes.ts';
import { rowsOf } from './nodes.ts';

/** A node of an upstream, and what the connected data planes think of it. */
export interface NodeState {
  readonly address: string;
  readonly weight: number | undefined;
  /** Where it gets no traffic, and why. */
  readonly downOn: readonly { readonly instance: Instance; readonly reason: string }[];
}

/** The upstream that a resource is, or has of its own; undefined where it has none. */
export function ownUpstream({ kind, value }: Resource): JsonRecord | undefined {
  const upstream = kind === 'upstream' ? value : value['upstream'];
  return isJsonObject(upstream) ? upstream : undefined;
}

/** The state of every node of a resource's upstream. Nodes that only data planes know, such as addresses of a name, follow. */
export function nodeStates(resource: Resource, instances: readonly Instance[]): NodeState[] {
  const upstream = ownUpstream(resource) ?? {};
  const found = unhealthyNodes(instances).filter(({ kind, id }) => kind === resource.kind && id === resource.id);
  const declared = (rowsOf(upstream['nodes']) ?? []).map(({ host, port = defaultPort(upstream), weight }) => {
    const probed = [`${host}:${port}`, `${host}:${probePort(upstream) ?? port}`];
    const downOn = found.filter(({ address }) => probed.includes(address)).flatMap(({ seenBy }) => seenBy);
    return { address: `${host}:${port}`, weight, downOn, probed };
  });
  const known = new Set(declared.flatMap(({ probed }) => probed));
  const others = found.filter(({ address }) => !known.has(address));
  return [
    ...declared.map(({ address, weight, downOn }) => ({ address, weight, downOn })),
    ...others.map(({ address, seenBy }) => ({ address, weight: undefined, downOn: seenBy })),
  ];
}

function defaultPort({ scheme }: JsonRecord): number {
  return scheme === 'https' || scheme === 'grpcs' ? 443 : 80;
}

/** Checks may ask another port than traffic does. */
function probePort({ checks }: JsonRecord): unknown {
  const active = isJsonObject(checks) ? checks['active'] : undefined;
  return isJsonObject(active) ? active['port'] : undefined;
}
