import type { DataPlaneStream, Encoded } from '@sluice/sync/grpc';
import type { GroupFeed } from './group-feed.ts';

/** A data plane that takes nothing for this long is given up; it comes back with what it holds. */
const STALLED_MS = 60_000;

/** The stream cannot be used any more. */
class LinkClosed extends Error {}

/**
 * Keeps one data plane up to date. At most one message is under way: what a slow data plane has not taken yet stays in the
 * database, and reaches it later as one compacted step.
 */
export class DataPlaneLink {
  readonly #stream: DataPlaneStream;
  readonly #feed: GroupFeed;
  /** The last revision sent, or null where only a snapshot helps. */
  #position: number | null;
  #resyncs = 0;
  #isClosed = false;
  #wake: (() => void) | undefined;
  #abort: ((reason: Error) => void) | undefined;

  constructor(stream: DataPlaneStream, feed: GroupFeed, position: number | null) {
    this.#stream = stream;
    this.#feed = feed;
    this.#position = position;
  }

  /** Sends until the link is closed; rejects where the data plane stalls or the configuration cannot be read. */
  async run(): Promise<void> {
    const unsubscribe = this.#feed.subscribe(() => this.#wake?.());
    try {
      while (!this.#isClosed) {
        if (this.#position !== null && this.#position >= this.#feed.head) await this.#moved();
        else await this.#bringForward(this.#position);
      }
    } catch (error) {
      if (!(error instanceof LinkClosed)) throw error;
    } finally {
      unsubscribe();
    }
  }

  /** The data plane cannot use what it holds: the next batch is a snapshot. */
  resync(): void {
    this.#resyncs += 1;
    this.#position = null;
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    this.#abort?.(new LinkClosed('closed'));
  }

  async #bringForward(from: number | null): Promise<void> {
    const resyncs = this.#resyncs;
    const reached = await this.#feed.bringForward(from, (message) => this.#send(message));
    // A resync that was asked for meanwhile is still owed.
    if (resyncs === this.#resyncs) this.#position = reached;
  }

  #moved(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Resolves when the transport has taken the message, which flow control delays as long as the data plane reads nothing. */
  #send(message: Encoded): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new LinkClosed('closed'));
        return;
      }
      const stalled = setTimeout(() => reject(new Error('the data plane takes no messages')), STALLED_MS);
      const settle = (error?: Error | null): void => {
        clearTimeout(stalled);
        this.#abort = undefined;
        if (error) reject(error);
        else resolve();
      };
      this.#abort = settle;
      this.#stream.write(message, settle);
    });
  }
}
