/** A server that a discovery has found. */
export interface DiscoveredNode {
  /** Address; an IPv6 address in brackets. */
  readonly host: string;
  /** Missing: the usual one of the upstream's scheme. */
  readonly port?: number;
  readonly weight: number;
  /** The higher, the sooner it is chosen. */
  readonly priority?: number;
}

/** Told of the servers of a service: first, and whenever they are others. */
export type OnNodes = (nodes: readonly DiscoveredNode[]) => void;

/**
 * Knows where services run. Nothing of it happens while a request waits: what is known is kept, also while the other side is
 * gone, and news is told.
 */
export interface Discovery {
  /** Begins to follow a service; the answer ends that. */
  follow(serviceName: string, onNodes: OnNodes): () => void;
  /** Follows nothing any more. */
  close(): void;
}
