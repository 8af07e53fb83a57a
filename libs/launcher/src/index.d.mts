// By hand, so that TypeScript importers need no allowJs; test/index.test.mjs compares it with index.mjs.

/** The Node that runs the planes: the pinned one from npm, else the running one if it is new enough. */
export declare function nodeBinary(root?: string): string;

/** A port that is free now; use it at once. */
export declare function freePort(host?: string): Promise<number>;

export interface EmbeddedPostgres {
  /** postgres://user:password@127.0.0.1:port/database, with superuser rights. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** A fast, clean shutdown; the data stays. */
  stop(): Promise<void>;
}

/**
 * Starts a Postgres with real durability on `dataDir`, which it makes on first use. It ends with the process that
 * started it, even when that is killed. Refuses a directory that another process uses.
 */
export declare function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly port?: number;
}): Promise<EmbeddedPostgres>;
