/** A message that a cache keeps: a head, which is plain data, and a body. */
export interface CacheRecord {
  /** What was given to `commit`, the same object until the record changes. Do not change it. */
  readonly head: unknown;
  readonly bodyBytes: number;
  /**
   * The body from `start` to before `end`: at once where it is in memory, as a stream where it is on disk, undefined where
   * it has had to make room meanwhile.
   */
  body(start: number, end: number): Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Puts another head before the same body. What was removed meanwhile stays removed. */
  replaceHead(head: unknown): void | Promise<void>;
}

/** A message on its way into a cache. Nobody finds it before `commit`. */
export interface CacheWriter {
  /** Copies a piece of the body; waits where the disk is slower than the sender. False: it does not fit, nothing is kept. */
  append(chunk: Uint8Array): boolean | Promise<boolean>;
  /** Lets everybody find it; not where the turn is not current any more. */
  commit(head: unknown): void | Promise<void>;
  /** Nothing is kept. */
  abort(): void;
}

/** Somebody's fetching of what a key stands for. */
export interface FetchTurn {
  /** False where somebody else is fetching the same: worth waiting for. */
  readonly isFirst: boolean;
  /** Somebody else may have fetched the same just now: what was not found before may be there. */
  readonly isLate: boolean;
  /** False where the key was removed since the turn began: what is fetched may be outdated. */
  isCurrent(): boolean;
  /** Lets go those who wait. `isShareable` false: the answer is for one client only, and nobody should wait for the next. */
  end(isShareable: boolean): void;
}

/** A part of the cache of this node, seen by all its workers and bounded. Who needs room takes that of what is used least. */
export interface CacheZone {
  readonly name: string;
  readonly strategy: 'memory' | 'disk';
  /** For how long to keep what does not say for how long it holds, in milliseconds. */
  readonly ttlMs: number;
  find(key: string): CacheRecord | undefined | Promise<CacheRecord | undefined>;
  /** Begins to fetch what a key stands for. Whoever begins ends. */
  begin(key: string): FetchTurn;
  /** Resolves when nobody fetches what a key stands for any more, or the time is up. */
  whenFetched(key: string, timeoutMs: number): Promise<void>;
  /**
   * Begins to store what was fetched in a turn: a body of at least `bytesMin`, of which nothing is kept where it has more than
   * `bytesMax`. Undefined where there is no room for it. The key may be another one than that of the turn.
   */
  write(key: string, turn: FetchTurn, bytesMin?: number, bytesMax?: number): CacheWriter | undefined;
  /** Whether there was anything. */
  remove(key: string): boolean | Promise<boolean>;
}
