/**
 * One step of the configuration from a generation to the next, as it goes from the store to every reader. It carries
 * references only; what they refer to lies in shared memory. All fields survive a structured clone.
 */
export interface ConfigStep {
  readonly generation: number;
  /** Everything there is, for a reader that has nothing yet; otherwise what changes. */
  readonly isComplete: boolean;
  /** Numbers of segments that nobody needs any more; applied before `segments`. */
  readonly droppedSegments: readonly number[];
  readonly segments: readonly { readonly number: number; readonly shared: SharedArrayBuffer }[];
  readonly index: IndexTables;
  /** Locations of the versions that this generation serves; consumers are not among them, they are found by the index. */
  readonly placed: Uint32Array;
  /** New locations of versions that stay the same. */
  readonly moved: Uint32Array;
  /** `kind/id` of what is gone. */
  readonly removed: readonly string[];
  /** `kind/id` of consumers and credentials that changed or are gone, and where their versions were. */
  readonly changedConsumers: readonly string[];
  readonly endedConsumers: readonly number[];
}

/** How resources are found in shared memory. */
export interface IndexTables {
  /** By `kind/id`: every resource. */
  readonly ids: SharedArrayBuffer;
  /** By plugin, NUL and lookup key: consumers and credentials. */
  readonly lookups: SharedArrayBuffer;
  /** How many consumers and credentials each plugin has. */
  readonly consumerCounts: ReadonlyMap<string, number>;
}

/** Kinds that are found in the index when somebody asks, however many there are, and never before. */
export function isIndexed(kind: string): boolean {
  return kind === 'consumer' || kind === 'credential';
}
