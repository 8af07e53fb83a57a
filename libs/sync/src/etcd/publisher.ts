import type { EtcdClient } from './etcd-client.ts';
import { etcdErrors } from './etcd.errors.ts';
import { FencedWriter, type Claim } from './fenced-writer.ts';
import { type ForeignReport, watchForeignEdits } from './foreign-edits.ts';
import type { Head } from './head.ts';
import { KeyLayout } from './layout.ts';
import { readPrefix } from './read-prefix.ts';
import { compareState, type Comparison, type Difference } from './state-difference.ts';
import { type KeyChange, transactionParts } from './transaction-parts.ts';

/** Writes a body in another form than its canonical bytes, for readers that expect it so. It must always answer the same. */
export type ValueEncoder = (kind: string, id: string, body: Uint8Array) => string | Uint8Array;

export interface EtcdPublisherOptions {
  readonly client: EtcdClient;
  /** Of the gateway group, as in `/apisix`. */
  readonly prefix: string;
  readonly encode?: ValueEncoder;
}

/** One resource as it shall stand in etcd, or (null) not stand there. */
export interface PublishedChange {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array | null;
}

/** What a revision is after it: which state, proven by which digest. */
export interface PublishedRevision {
  readonly revision: number;
  readonly digest: Uint8Array;
  readonly count: number;
}

/** A complete state. Resources are written in the order given, which is the order that equal routes are tried in. */
export interface PublishedState extends PublishedRevision {
  readonly resources: Iterable<PublishedChange & { readonly body: Uint8Array }>;
}

/**
 * Writes the revisions of one gateway group to etcd, one after the other. A revision becomes visible by the move of
 * `head`, which is the last operation of its last transaction; what is written before that nobody applies. Calls wait for
 * each other. Every call but `takeOver` throws FENCED once somebody else has taken over.
 */
export class EtcdPublisher {
  readonly #client: EtcdClient;
  readonly #layout: KeyLayout;
  readonly #encode: ValueEncoder;
  #writer: FencedWriter;
  #head: Head | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ client, prefix, encode = (_kind, _id, body) => body }: EtcdPublisherOptions) {
    this.#client = client;
    this.#layout = new KeyLayout(prefix);
    this.#encode = encode;
    this.#writer = new FencedWriter(client, this.#layout);
  }

  /** What stands in etcd as far as this publisher knows: what it found, or wrote last. */
  get head(): Head | null {
    return this.#head;
  }

  /**
   * Claims the prefix with a higher epoch: from here on writes of every other publisher fail. Tells what was found; the
   * caller compares it with what it holds to be true, and goes on with `publish` or `publishSnapshot`.
   */
  takeOver(): Promise<Claim> {
    return this.#inTurn(async () => {
      // A new owner: what the old one still has on its way is fenced off like anybody else's.
      this.#writer = new FencedWriter(this.#client, this.#layout);
      const claim = await this.#writer.claim();
      this.#head = claim.head;
      return claim;
    });
  }

  /**
   * Publishes a revision, or several at once by their net effect; answers false where head already stands there. After an
   * error that may pass it is called again with the same revision. Where `takeOver` has found an unfinished revision, the
   * changes must contain those of that revision.
   */
  publish(revision: PublishedRevision & { readonly changes: readonly PublishedChange[] }): Promise<boolean> {
    return this.#inTurn(async () => {
      this.#checkClaimed();
      if (this.#head && revision.revision <= this.#head.revision) return false;
      const changes = [...revision.changes].sort(byKindThenId).map((change) => this.#toKeyChange(change));
      await this.#write(changes, revision);
      return true;
    });
  }

  /**
   * Makes etcd exactly equal to a state, whatever stands there now and whatever head says; raises the epoch and moves
   * head in any case, so that data planes look again. Answers what had to be corrected.
   */
  publishSnapshot(state: PublishedState): Promise<readonly Difference[]> {
    return this.#inTurn(async () => {
      this.#checkClaimed();
      await this.#writer.raiseEpoch();
      const { differences, changes } = await this.#compare(state);
      await this.#write(changes, state);
      return differences;
    });
  }

  /** Answers a foreign edit: the keys as the state has them, and head with the next epoch. */
  repair(state: PublishedState): Promise<readonly Difference[]> {
    return this.publishSnapshot(state);
  }

  /** Tells where etcd differs from a state, and changes nothing. */
  async differences(state: PublishedState): Promise<readonly Difference[]> {
    return (await this.#compare(state)).differences;
  }

  /**
   * Reports keys of ours that somebody else has changed since `takeOver`, until the signal aborts or somebody else takes
   * over. Nothing is repaired by itself: that is the caller's decision.
   */
  async watchForeign(onForeignEdit: (report: ForeignReport) => void, signal: AbortSignal): Promise<void> {
    this.#checkClaimed();
    await watchForeignEdits({
      client: this.#client,
      layout: this.#layout,
      writer: this.#writer,
      onForeignEdit,
      signal,
    });
  }

  async #write(changes: readonly KeyChange[], { revision, digest, count }: PublishedRevision): Promise<void> {
    const { epoch } = this.#writer;
    const head = { revision, digest: Buffer.from(digest).toString('hex'), count, epoch };
    const parts = transactionParts(changes);
    const last = parts.pop() ?? [];
    for (const [i, part] of parts.entries())
      await this.#writer.write(part, { staging: { epoch, revision, part: i + 1 } });
    const isInParts = parts.length > 0;
    await this.#writer.write(last, { head, ...(isInParts && { staging: { epoch, revision, part: 0 } }) });
    this.#head = head;
  }

  async #compare(state: PublishedState): Promise<Comparison> {
    const wanted = [...state.resources].map((resource) => ({ ...resource, ...this.#toKeyChange(resource) }));
    return compareState(await readPrefix(this.#client, this.#layout), wanted, this.#layout);
  }

  #toKeyChange({ kind, id, body }: PublishedChange): KeyChange {
    return { key: this.#layout.keyOf(kind, id), value: body && this.#encode(kind, id, body) };
  }

  #checkClaimed(): void {
    if (this.#writer.epoch === 0) throw etcdErrors.FENCED('nothing is claimed: takeOver comes first');
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** By code unit. Keys are created in this order, and so equal routes are tried in it, as they are without etcd. */
function byKindThenId(a: PublishedChange, b: PublishedChange): number {
  return compareText(a.kind, b.kind) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
