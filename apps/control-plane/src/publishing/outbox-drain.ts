import { Inject, Injectable, Logger } from '@nestjs/common';
import { FeedDatabase } from './feed-database.ts';
import { RevisionFeed } from './revision-feed.ts';

const DRAIN_AFTER_MS = 1_000;

/**
 * Empties the outbox where no etcd is configured. The outbox says what still has to be published there; data planes on
 * gRPC streams read the revisions themselves and need none of it.
 */
@Injectable()
export class OutboxDrain {
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(
    @Inject(FeedDatabase) private readonly database: FeedDatabase,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
  ) {}

  start(): void {
    this.#unsubscribe = this.feed.onHead(() => this.#schedule());
    this.#schedule();
  }

  stop(): void {
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
  }

  /** Once for all revisions of a burst, and never in the way of delivering them. */
  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#drain();
    }, DRAIN_AFTER_MS);
  }

  async #drain(): Promise<void> {
    try {
      // Control planes that drain at the same moment skip what the other one has in hand.
      await this.database.query(
        `DELETE FROM outbox WHERE (group_id, revision) IN (SELECT group_id, revision FROM outbox FOR UPDATE SKIP LOCKED)`,
      );
    } catch (error) {
      new Logger('publishing').warn(
        `the outbox was not drained: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#schedule();
    }
  }
}
