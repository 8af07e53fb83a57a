import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Encoded } from '@sluice/sync/grpc';
import { encodeStep } from './batch-messages.ts';
import type { ConfigReader, Delta } from './config-reader.ts';
import { RevisionWindow } from './revision-window.ts';
import type { Turnstile } from './turnstile.ts';

const WINDOW_BYTES_MAX = 16 * 1024 * 1024;
/** Bodies of one step; its messages, which are a little larger, have to fit into the window. */
const STEP_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Steps follow each other no faster than this: a single write goes out at once, and of a burst each message carries several
 * revisions, which costs every stream and every data plane less.
 */
const STEP_EVERY_MS = 5;

/** A stream that is further behind than this many steps gets them compacted into one. */
const BEHIND_MAX = 16;

/**
 * The feed of one gateway group: reads every new step once and encodes it once, for all streams of the group. Under a
 * burst a step covers whatever was committed since the one before.
 */
export class GroupFeed {
  readonly groupId: number;
  readonly #reader: ConfigReader;
  readonly #turnstile: Turnstile;
  readonly #window = new RevisionWindow(WINDOW_BYTES_MAX);
  readonly #streams = new Set<() => void>();
  readonly #log = new Logger('publishing');
  /** The newest revision that streams can be brought to. */
  #head: number;
  /** The newest revision that was heard of. */
  #heard: number;
  #isReading = false;
  #lastStepAt = -Infinity;

  constructor(groupId: number, head: number, reader: ConfigReader, turnstile: Turnstile) {
    this.groupId = groupId;
    this.#head = head;
    this.#heard = head;
    this.#reader = reader;
    this.#turnstile = turnstile;
  }

  get head(): number {
    return this.#head;
  }

  /** Calls back whenever the head has moved; returns how to stop that. */
  subscribe(onMoved: () => void): () => void {
    this.#streams.add(onMoved);
    return () => this.#streams.delete(onMoved);
  }

  /** Tells the feed that a revision is committed. */
  hear(revision: number): void {
    this.#heard = Math.max(this.#heard, revision);
    if (this.#heard > this.#head && !this.#isReading) void this.#read();
  }

  /** Sends a stream what follows `position` and returns where it stands then. A null position asks for everything. */
  async bringForward(position: number | null, send: (message: Encoded) => Promise<void>): Promise<number> {
    const step = position === null ? undefined : this.#window.after(position, BEHIND_MAX);
    if (step) {
      for (const message of step.messages) await send(message);
      return step.revision;
    }
    const delta = position === null ? undefined : await this.#reader.delta(this.groupId, position);
    if (delta && position !== null) {
      for (const message of encodeStep(position, delta.changes, delta.commit).messages) await send(message);
      return delta.commit.revision;
    }
    return this.#turnstile.pass(() => this.#reader.batch(this.groupId, position, send));
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#heard > this.#head) {
        const wait = this.#lastStepAt + STEP_EVERY_MS - performance.now();
        if (wait > 0) await sleep(wait);
        this.#lastStepAt = performance.now();
        this.#moveTo(await this.#readStep());
      }
    } catch (error) {
      // The poll asks again within a second.
      this.#log.warn(`revisions cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isReading = false;
    }
  }

  /** Reads the next step into the window; what is too large for it, each stream reads for itself. */
  async #readStep(): Promise<number> {
    const delta = this.#streams.size > 0 ? await this.#readDelta() : undefined;
    if (delta) this.#window.push(encodeStep(this.#head, delta.changes, delta.commit));
    else this.#window.clear();
    return delta?.commit.revision ?? this.#heard;
  }

  /** A large revision is read and encoded once as well: for a fleet, each stream doing so would take minutes. */
  async #readDelta(): Promise<Delta | undefined> {
    const delta = await this.#reader.delta(this.groupId, this.#head);
    return delta ?? this.#reader.boundedDelta(this.groupId, this.#head, STEP_BYTES_MAX);
  }

  #moveTo(revision: number): void {
    this.#head = revision;
    for (const onMoved of this.#streams) onMoved();
  }
}
