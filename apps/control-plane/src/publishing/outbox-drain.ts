import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Leadership } from '../leadership/leadership.ts';
import { EtcdPublishing } from './etcd/etcd-publishing.ts';
import { FeedDatabase } from './feed-database.ts';
import { RevisionFeed } from './revision-feed.ts';
import { WakeUp } from './wake-up.ts';

const DRAIN_AFTER_MS = 1_000;
const DRAIN_AGAIN_MS = 60_000;

/**
 * Empties the outbox where no etcd is configured. The outbox says what still has to be published there; data planes on
 * gRPC streams read the revisions themselves and need none of it.
 */
@Injectable()
export class OutboxDrain implements OnModuleInit {
  constructor(
    @Inject(FeedDatabase) private readonly database: FeedDatabase,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
    @Inject(Leadership) private readonly leadership: Leadership,
    @Inject(EtcdPublishing) private readonly etcd: EtcdPublishing,
  ) {}

  onModuleInit(): void {
    if (!this.etcd.isConfigured) this.leadership.assign(({ signal }) => this.#drainAll(signal));
  }

  /** Once for all revisions of a burst, and never in the way of delivering them. */
  async #drainAll(signal: AbortSignal): Promise<void> {
    const wakeUp = new WakeUp();
    const unsubscribe = this.feed.onHead(() => wakeUp.wake());
    while (!signal.aborted) {
      const isDrained = await this.#drain();
      if (isDrained) await wakeUp.rest(DRAIN_AGAIN_MS, signal);
      await delay(DRAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
    unsubscribe();
  }

  async #drain(): Promise<boolean> {
    try {
      await this.database.query('DELETE FROM outbox');
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      new Logger('publishing').warn(`the outbox was not drained: ${reason}`);
      return false;
    }
  }
}
