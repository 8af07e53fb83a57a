import type { Instance } from '../api/types.ts';

/** A node that some data planes send nothing to. */
export interface UnhealthyNode {
  /** Kind and id of the resource that has it. */
  readonly kind: string;
  readonly id: string;
  readonly address: string;
  /** Where it is down, and what is said there. */
  readonly seenBy: readonly { readonly instance: Instance; readonly reason: string }[];
}

/** The nodes that data planes found down, each once. What a data plane said before it went offline is no news. */
export function unhealthyNodes(instances: readonly Instance[]): UnhealthyNode[] {
  const found = new Map<string, UnhealthyNode>();
  for (const instance of instances.filter(({ status }) => status !== 'offline')) {
    for (const { upstream, address, reason } of instance.unhealthy_targets) {
      const key = `${upstream} ${address}`;
      const [kind, id] = ownerOf(upstream);
      const known = found.get(key) ?? { kind, id, address, seenBy: [] };
      found.set(key, { ...known, seenBy: [...known.seenBy, { instance, reason }] });
    }
  }
  return [...found.values()];
}

/** Kind and id of what is told as `upstream 1`. */
export function ownerOf(name: string): readonly [kind: string, id: string] {
  const space = name.indexOf(' ');
  return space < 0 ? [name, ''] : [name.slice(0, space), name.slice(space + 1)];
}
