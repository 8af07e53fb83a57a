import type { Pool } from './connection-pools.ts';
import type { UpstreamNode } from './upstream-node.ts';

interface Known {
  readonly address: string;
  readonly pool: Pool;
}

/** The pools that a target has used: looking for one by its key costs more than all else about taking a connection. */
export class PoolMemo {
  readonly #byNode = new Map<UpstreamNode, Known>();

  find(node: UpstreamNode, address: string): Pool | undefined {
    const known = this.#byNode.get(node);
    return known !== undefined && known.address === address && !known.pool.isRetired ? known.pool : undefined;
  }

  keep(node: UpstreamNode, address: string, pool: Pool): Pool {
    this.#byNode.set(node, { address, pool });
    return pool;
  }
}
