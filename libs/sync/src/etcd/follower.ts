import type { ConfigState } from '../config-state.ts';
import { sameBytes } from '../digest.ts';
import type { Batch, ConfigSink, ResourceChange } from '../source.ts';
import { type Head, parseHead } from './head.ts';
import { digestAfter, type PrefixReader, type PrefixReading, readSnapshot, toChange } from './snapshot-reader.ts';
import type { WatchEvent } from './watch.ts';

/**
 * What events mean now. `head`: they wait for head to move. `plain`: there is no head, each is applied as it comes.
 * `waiting`: what stands in etcd cannot be applied, the next head makes it worth reading again. `empty`: anything does.
 */
type Mode = 'head' | 'plain' | 'waiting' | 'empty';

const notes = {
  drifted: 'drift: the keys in etcd do not sum to the digest of head, so somebody else has edited them',
  unfinished: 'a revision is being published to etcd',
  empty: 'there is nothing below the prefix in etcd',
  deleted: 'head was deleted from etcd',
  unreadable: 'head in etcd is not readable',
} as const;

/**
 * Turns what is read from etcd and what happens there into batches. It knows what the sink holds, so that reading again
 * costs the sink only what is different.
 */
export class Follower {
  readonly #reader: PrefixReader;
  readonly #sink: ConfigSink;
  #mode: Mode = 'waiting';
  /** What the sink was given last. */
  #given: ConfigState | undefined;
  /** What has happened since head moved. */
  readonly #pending = new Map<string, ResourceChange>();
  #next: number | undefined;
  #note: string | undefined;

  constructor(reader: PrefixReader, sink: ConfigSink) {
    this.#reader = reader;
    this.#sink = sink;
  }

  /** The revision of etcd from which events are wanted; undefined where everything has to be read again first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Why what is served is not what stands in etcd; undefined while it is. */
  get note(): string | undefined {
    return this.#note;
  }

  /** The place to go on from is gone. */
  forgetPlace(): void {
    this.#next = undefined;
  }

  /** Reads everything and hands over what is new. */
  async resync(): Promise<void> {
    const reading = await readSnapshot(this.#reader);
    this.#pending.clear();
    this.#next = reading.etcdRevision + 1;
    if (reading.type === 'complete') await this.#settle(reading);
    else {
      this.#mode = reading.type === 'empty' ? 'empty' : 'waiting';
      this.#note = notes[reading.type];
      // The sink finds out by the digest, keeps serving what it has and says so.
      if (reading.type === 'drifted') await this.#sink.receive(reading.batch);
    }
  }

  /** Takes in what has happened. Several moves of head in one list are one batch: a burst is caught up with at once. */
  async take(events: readonly WatchEvent[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    this.#next = last.modRevision + 1;
    const lastHead = events.findLastIndex(({ key }) => key === this.#reader.layout.headKey);
    for (const [i, event] of events.entries()) {
      this.#hold(event);
      if (i === lastHead) await this.#headMoved(event);
    }
    if (this.#mode === 'empty') this.#next = undefined;
    if (this.#mode === 'plain' && this.#next !== undefined) await this.#givePlain(last.modRevision);
  }

  #hold(event: WatchEvent): void {
    // From the moment when a publisher claims a plain APISIX's prefix, keys mean something only once there is a head.
    if (this.#mode === 'plain' && event.key === this.#reader.layout.stagingKey) this.#wait(notes.unfinished);
    if (this.#mode !== 'head' && this.#mode !== 'plain') return;
    const change = toChange(this.#reader, event, event.isDeleted);
    if (change) this.#pending.set(`${change.kind}/${change.id}`, change);
  }

  #wait(note: string): void {
    this.#mode = 'waiting';
    this.#note = note;
    this.#pending.clear();
  }

  async #headMoved({ isDeleted, value }: WatchEvent): Promise<void> {
    const head = isDeleted ? undefined : parseHead(value);
    if (!head) {
      // Not the way back to a plain APISIX: whoever deletes head deletes everything, and that must not be served.
      this.#wait(isDeleted ? notes.deleted : notes.unreadable);
    } else if (this.#mode !== 'head' || !(await this.#giveDelta(head))) this.#next = undefined;
  }

  /**
   * False where what has happened does not lead to what head promises. A new epoch needs no reading again by itself: the
   * digest proves more than it does.
   */
  async #giveDelta({ revision, digest }: Head): Promise<boolean> {
    const given = this.#given;
    if (!given || revision < given.revision) return false;
    const baseRevision = given.revision;
    const promised = Buffer.from(digest, 'hex');
    if (revision === baseRevision && !sameBytes(promised, given.digest)) return false;
    const changes = [...this.#pending.values()];
    const batch: Batch = { type: 'delta', baseRevision, revision, digest: promised, changes };
    if (given.apply(batch)) return false;
    this.#pending.clear();
    // The same revision again answers a foreign edit, which nobody was given.
    if (revision > baseRevision) await this.#give(batch, given);
    return true;
  }

  async #givePlain(revision: number): Promise<void> {
    const given = this.#given;
    if (!given || this.#pending.size === 0) return;
    const changes = [...this.#pending.values()];
    this.#pending.clear();
    const digest = digestAfter(given, changes);
    const batch: Batch = { type: 'delta', baseRevision: given.revision, revision, digest, changes };
    given.apply(batch);
    await this.#give(batch, given);
  }

  async #settle({ hasHead, state }: PrefixReading & { readonly type: 'complete' }): Promise<void> {
    const before = this.#given;
    this.#mode = hasHead ? 'head' : 'plain';
    this.#note = undefined;
    this.#given = state;
    const position = this.#sink.position();
    const isHeld = before && position?.revision === before.revision && sameBytes(position.digest, before.digest);
    if (!isHeld || state.revision < before.revision) return this.#give(wholeOf(state), state);
    const changes = differencesOf(before, state);
    const { revision, digest } = state;
    if (revision > before.revision)
      return this.#give({ type: 'delta', baseRevision: before.revision, revision, digest, changes }, state);
    // The same number with other content: what it stood for was taken back.
    if (changes.length > 0) await this.#give(wholeOf(state), state);
  }

  async #give(batch: Batch, state: ConfigState): Promise<void> {
    const verdict = await this.#sink.receive(batch);
    if (verdict.type !== 'resync') return;
    const again = batch.type === 'delta' ? await this.#sink.receive(wholeOf(state)) : verdict;
    if (again.type !== 'resync') return;
    this.#wait(`what stands in etcd was refused: ${again.reason}`);
  }
}

function wholeOf(state: ConfigState): Batch {
  const { revision, digest } = state;
  return { type: 'snapshot', baseRevision: 0, revision, digest, changes: [...state.values()] };
}

/** What leads from one state to the other. */
function differencesOf(before: ConfigState, after: ConfigState): ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const resource of after.values()) {
    const old = before.get(resource.kind, resource.id);
    if (!old || !sameBytes(old.hash, resource.hash)) changes.push(resource);
  }
  for (const { kind, id, createdRevision, modifiedRevision } of before.values()) {
    if (!after.get(kind, id)) changes.push({ kind, id, body: null, createdRevision, modifiedRevision });
  }
  return changes;
}
