import { Inject, Injectable } from '@nestjs/common';
import { ConfigReader } from './config-reader.ts';
import { GroupFeed } from './group-feed.ts';
import { type HeadListener, RevisionListener } from './revision-listener.ts';
import { Turnstile } from './turnstile.ts';

/** Batches that are paged from the database at the same time; each holds a connection as long as its data plane takes. */
const BATCHES_AT_ONCE = 4;

/** The feeds of all gateway groups, moved by what is committed, whichever control plane commits it. */
@Injectable()
export class RevisionFeed {
  readonly #feeds = new Map<number, GroupFeed>();
  readonly #heads = new Map<number, number>();
  readonly #listeners = new Set<HeadListener>();
  readonly #turnstile = new Turnstile(BATCHES_AT_ONCE);

  constructor(
    @Inject(ConfigReader) private readonly reader: ConfigReader,
    @Inject(RevisionListener) private readonly revisions: RevisionListener,
  ) {}

  start(): Promise<void> {
    return this.revisions.start((groupId, revision) => this.#hear(groupId, revision));
  }

  stop(): Promise<void> {
    return this.revisions.stop();
  }

  /** The feed of a group whose head is known to be at least `head`. */
  of(groupId: number, head: number): GroupFeed {
    const feed = this.#feeds.get(groupId) ?? new GroupFeed(groupId, head, this.reader, this.#turnstile);
    this.#feeds.set(groupId, feed);
    feed.hear(Math.max(head, this.#heads.get(groupId) ?? 0));
    return feed;
  }

  /** Calls back once for each new head of any group, the first time for the present one; returns how to stop that. */
  onHead(listener: HeadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hear(groupId: number, revision: number): void {
    this.#feeds.get(groupId)?.hear(revision);
    if (revision <= (this.#heads.get(groupId) ?? -1)) return;
    this.#heads.set(groupId, revision);
    for (const listener of this.#listeners) listener(groupId, revision);
  }
}
