/** One resource in a batch: its canonical bytes, or null where it was deleted. */
export interface ResourceChange {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array | null;
  /** Its element hash, where the receiver has computed that already; never taken from a peer. */
  readonly hash?: Uint8Array;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/**
 * A complete step from one revision to a later one, as a source hands it over: everything between begin and commit,
 * already buffered. A snapshot replaces the whole state; a delta continues `baseRevision`.
 */
export interface Batch {
  readonly type: 'snapshot' | 'delta';
  /** The revision that a delta continues; 0 for a snapshot. */
  readonly baseRevision: number;
  readonly revision: number;
  readonly digest: Uint8Array;
  readonly changes: readonly ResourceChange[];
  /** The build that has found all of it valid, where a copy on disk says so. */
  readonly checkedBy?: string;
}

/** Why a resource keeps a revision from being served. */
export interface ResourceError {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  /** JSON pointer of the offending field, where one is known. */
  readonly field?: string;
}

/** The receiver's answer to a batch. */
export type Verdict =
  | { readonly type: 'ack'; readonly revision: number; readonly digest: Uint8Array }
  | { readonly type: 'nack'; readonly revision: number; readonly errors: readonly ResourceError[] }
  | { readonly type: 'resync'; readonly reason: string };

/** What a source reports about its link; shown in health and readiness. */
export interface LinkState {
  readonly connected: boolean;
  /** When the link last changed, in milliseconds since the epoch. */
  readonly since: number;
  readonly reason?: string;
}

/** Where a source delivers. Calls never overlap: the next batch waits for the verdict of the one before. */
export interface ConfigSink {
  /** The last revision received with its digest (not necessarily served), or null before the first. */
  position(): { readonly revision: number; readonly digest: Uint8Array } | null;
  receive(batch: Batch): Promise<Verdict>;
  linkChanged(state: LinkState): void;
}

/**
 * The one seam between the planes: etcd, control plane and file are three implementations. A source gives a snapshot,
 * then contiguous deltas, each ending in a commit; it reconnects by itself and never blocks the proxy path.
 */
export interface ConfigSource {
  start(sink: ConfigSink): void;
  stop(): Promise<void>;
}
