import { status } from '@grpc/grpc-js';
import {
  type ICompare,
  type IDuplexStream,
  type IKeyValue,
  type IRangeResponse,
  type IRequestOp,
  type ITxnResponse,
  type IWatchRequest,
  type IWatchResponse,
  KVClient,
  WatchClient,
} from 'etcd3';
import { EtcdConnection, isServiceError } from './etcd-connection.ts';
import { type DialTarget, dialTargets, type EtcdOptions } from './etcd-options.ts';
import { etcdErrors } from './etcd.errors.ts';
import type { KeyRange } from './layout.ts';

/** One key with its value and etcd's numbers, as JavaScript reads them. */
export interface StoredValue {
  readonly key: string;
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
}

/** A range as it was at one revision of etcd. */
export interface RangeAnswer {
  readonly revision: number;
  readonly values: readonly StoredValue[];
  readonly hasMore: boolean;
}

/** A watch on the connection that it was opened on. */
export interface WatchStream extends IDuplexStream<IWatchRequest, IWatchResponse>, AsyncIterable<IWatchResponse> {}

const ANSWER_WITHIN_MS = 5_000;

/**
 * The calls that publishing and following need, on several endpoints. An endpoint that fails, or says nothing for too
 * long, is left for the next one. Reads try every endpoint; a write is tried once, since nobody knows what became of one
 * that was cut off: whoever writes has to look.
 */
export class EtcdClient {
  readonly answerWithinMs: number;
  readonly #options: EtcdOptions;
  readonly #targets: readonly [DialTarget, ...DialTarget[]];
  #connection: EtcdConnection | undefined;
  #next = 0;
  #isClosed = false;

  constructor(options: EtcdOptions) {
    this.#options = options;
    this.#targets = dialTargets(options);
    this.answerWithinMs = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  }

  /** Reads keys in order, at one revision of the past or (absent) now. */
  async range(range: KeyRange, options: { revision?: number; limit?: number } = {}): Promise<RangeAnswer> {
    const { revision = 0, limit = 0 } = options;
    const answer = await this.#onAnyEndpoint((connection) =>
      new KVClient(connection).range({ ...range, revision, limit }),
    );
    return toRangeAnswer(answer);
  }

  /** Writes where all comparisons hold; tells whether they did, and the revision of etcd after it. */
  async write(compare: ICompare[], success: IRequestOp[]): Promise<{ succeeded: boolean; revision: number }> {
    const connection = this.#connect();
    try {
      const answer: ITxnResponse = await new KVClient(connection).txn({ compare, success, failure: [] });
      return { succeeded: answer.succeeded, revision: Number(answer.header.revision) };
    } catch (error) {
      throw this.fail(connection, error);
    }
  }

  /** Opens a stream for watching; the connection is needed to tell of its failure. */
  async openWatch(): Promise<{ connection: EtcdConnection; stream: WatchStream }> {
    const connection = this.#connect();
    try {
      // What etcd3 types as its own interface is gRPC's stream, which can be iterated.
      return { connection, stream: (await new WatchClient(connection).watch()) as WatchStream };
    } catch (error) {
      throw this.fail(connection, error);
    }
  }

  /** Asks for next to nothing, so that a connection that says nothing any more is found out. */
  async probe(connection: EtcdConnection, { key }: KeyRange, answerWithinMs: number): Promise<void> {
    const deadline = Date.now() + answerWithinMs;
    await new KVClient(connection).range({ key, count_only: true, serializable: true }, { deadline });
  }

  /** Turns what a call failed with into an error of ours, and leaves the connection where that is what failed. */
  fail(connection: EtcdConnection, error: unknown): Error {
    if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
    // Only etcd's own words: they name no keys and no credentials.
    const detail = `${connection.address}: ${error.details}`;
    if (error.code === status.OUT_OF_RANGE && error.details.includes('compacted'))
      return etcdErrors.ETCD_COMPACTED(detail, error);
    if (refusals.has(error.code)) return etcdErrors.ETCD_REFUSED(detail, error);
    return this.abandon(connection, error.details, error);
  }

  /** Leaves a connection for the next endpoint; returns the error that says so. */
  abandon(connection: EtcdConnection, reason: string, cause?: unknown): Error {
    if (connection === this.#connection) {
      connection.close();
      this.#connection = undefined;
      this.#next += 1;
    }
    return etcdErrors.ETCD_UNAVAILABLE(`${connection.address}: ${reason}`, cause);
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #onAnyEndpoint<T>(call: (connection: EtcdConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = this.#connect();
      try {
        return await call(connection);
      } catch (error) {
        const failure = this.fail(connection, error);
        const isLost = this.#connection !== connection;
        if (!isLost || attempt >= this.#targets.length) throw failure;
      }
    }
  }

  #connect(): EtcdConnection {
    if (this.#isClosed) throw etcdErrors.ETCD_UNAVAILABLE('the client is closed');
    if (this.#connection) return this.#connection;
    const { user, password } = this.#options;
    const signIn = user === undefined || password === undefined ? undefined : { user, password };
    const target = this.#targets[this.#next % this.#targets.length] ?? this.#targets[0];
    this.#connection = new EtcdConnection(target, this.answerWithinMs, signIn);
    return this.#connection;
  }
}

/** What another endpoint would answer too. */
const refusals: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.RESOURCE_EXHAUSTED,
]);

function toRangeAnswer(answer: IRangeResponse): RangeAnswer {
  return { revision: Number(answer.header.revision), values: answer.kvs.map(toStoredValue), hasMore: answer.more };
}

/** The value is copied: as it comes it is a window on the whole message, and would keep all of it in memory. */
export function toStoredValue(kv: IKeyValue): StoredValue {
  return {
    key: kv.key.toString(),
    value: new Uint8Array(kv.value),
    createRevision: Number(kv.create_revision),
    modRevision: Number(kv.mod_revision),
  };
}
