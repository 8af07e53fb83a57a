import type { IWatchResponse } from 'etcd3';
import type { EtcdConnection } from './etcd-connection.ts';
import { type EtcdClient, type StoredValue, toStoredValue, type WatchStream } from './etcd-client.ts';
import { etcdErrors } from './etcd.errors.ts';
import type { KeyRange } from './layout.ts';

/** One key that was written, or (`isDeleted`) removed. */
export interface WatchEvent extends StoredValue {
  readonly isDeleted: boolean;
}

/**
 * Yields what happens to a range from a revision of etcd on: first an empty list, when the watch stands, then events in
 * their order; what was written in one transaction is never torn apart. The next list is read when the one before has
 * been dealt with. Ends when `signal` aborts; throws ETCD_COMPACTED where that part of history is gone, and
 * ETCD_UNAVAILABLE where the link is lost or silent: a watch is opened anew by the caller, who knows where to go on.
 */
export async function* watchFrom(
  client: EtcdClient,
  range: KeyRange,
  fromRevision: number,
  signal: AbortSignal,
): AsyncGenerator<readonly WatchEvent[]> {
  if (signal.aborted) return;
  const { connection, stream } = await client.openWatch();
  const watchdog = new Watchdog(client, connection, stream, range);
  const onAbort = (): void => stream.cancel();
  signal.addEventListener('abort', onAbort);
  try {
    stream.write({ create_request: { ...range, start_revision: fromRevision } });
    for await (const response of stream) {
      watchdog.heard();
      checkCanceled(client, connection, response);
      yield response.events.map(({ type, kv }) => ({ ...toStoredValue(kv), isDeleted: type === 'Delete' }));
    }
    if (!signal.aborted) throw client.abandon(connection, 'the watch has ended');
  } catch (error) {
    if (!signal.aborted) throw watchdog.failure ?? client.fail(connection, error);
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    // Cancelling answers with an error that nobody waits for any more.
    stream.on('error', () => undefined);
    stream.cancel();
  }
}

function checkCanceled(client: EtcdClient, connection: EtcdConnection, response: IWatchResponse): void {
  if (!response.canceled) return;
  const { compact_revision, cancel_reason } = response;
  if (Number(compact_revision) > 0 || cancel_reason.includes('compacted'))
    throw etcdErrors.ETCD_COMPACTED(`compacted up to ${compact_revision}`);
  throw client.abandon(connection, `the watch was cancelled: ${cancel_reason}`);
}

/** What parts of the time that an answer may take: between two questions, and for the answer to each. */
const ASK_AFTER = 0.3;
const ANSWER_AFTER = 0.5;

/**
 * Finds out peers that accept and never answer, and links that are dead without anybody having said so. gRPC's keepalive
 * does not: it begins once a connection stands, may not ask as often as this, and a peer may answer its pings and nothing
 * else.
 */
class Watchdog {
  failure: Error | undefined;
  #timer: NodeJS.Timeout;
  #stands = false;
  readonly #ask: () => void;
  readonly #answerWithinMs: number;

  constructor(client: EtcdClient, connection: EtcdConnection, stream: WatchStream, range: KeyRange) {
    const giveUp = (failure: Error): void => {
      this.failure ??= failure;
      stream.cancel();
    };
    this.#answerWithinMs = client.answerWithinMs;
    this.#timer = setTimeout(() => giveUp(client.abandon(connection, 'no answer')), client.answerWithinMs);
    this.#ask = () => {
      const asked = client.probe(connection, range, client.answerWithinMs * ANSWER_AFTER);
      asked.catch((error: unknown) => giveUp(client.fail(connection, error)));
    };
  }

  /** Called with every answer. From the first on the watch stands, and the connection is asked from time to time. */
  heard(): void {
    if (this.#stands) return;
    this.#stands = true;
    clearTimeout(this.#timer);
    this.#timer = setInterval(this.#ask, this.#answerWithinMs * ASK_AFTER);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
