import { randomUUID } from 'node:crypto';
import type { ICompare, IRequestOp } from 'etcd3';
import type { EtcdClient, StoredValue } from './etcd-client.ts';
import { etcdErrors } from './etcd.errors.ts';
import { encodeHead, encodeStaging, type Head, parseHead, parseStaging, type Staging } from './head.ts';
import type { KeyLayout } from './layout.ts';

/** What a claim has found: the head of the one before, and whether that one stopped in the middle of a revision. */
export interface Claim {
  readonly head: Head | null;
  readonly epoch: number;
  /** The revision whose parts were being written, or null. Its parts must be written again before anything else is. */
  readonly unfinished: number | null;
}

/** Which of our own keys a write moves. Head comes last in its transaction. */
export interface Marks {
  readonly staging?: Omit<Staging, 'owner'>;
  readonly head?: Head;
}

interface OwnKeys {
  readonly head: StoredValue | undefined;
  readonly staging: StoredValue | undefined;
}

interface OwnWrite {
  readonly key: string;
  readonly value: string;
}

const ATTEMPTS_MAX = 5;
const unstaged = { epoch: 0, revision: 0, part: 0 };

/**
 * Writes only while nobody else has claimed the prefix. Every transaction compares the revisions at which head and staging
 * were last written by us, so that a write of a deposed publisher fails, however late it arrives. A write of which nobody
 * knows whether it arrived is looked for, and repeated where it is missing.
 */
export class FencedWriter {
  readonly owner: string = randomUUID();
  readonly #client: EtcdClient;
  readonly #layout: KeyLayout;
  #epoch = 0;
  #claimedEpoch = 0;
  #claimedAt = 0;
  #headMod = 0;
  #stagingMod = 0;

  constructor(client: EtcdClient, layout: KeyLayout) {
    this.#client = client;
    this.#layout = layout;
  }

  /** 0 before the first claim. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The revision of etcd at which the claim was made. */
  get claimedAt(): number {
    return this.#claimedAt;
  }

  /** True for an epoch that this claim began with or has reached since. */
  covers(epoch: number): boolean {
    return epoch >= this.#claimedEpoch && epoch <= this.#epoch;
  }

  /** Takes the prefix from whoever had it. */
  async claim(): Promise<Claim> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const found = await this.#look();
      const head = (found.head && parseHead(found.head.value)) ?? null;
      const before = (found.staging && parseStaging(found.staging.value)) ?? unstaged;
      const epoch = Math.max(head?.epoch ?? 0, before.epoch) + 1;
      this.#adopt(found);
      const staging = encodeStaging({ ...before, epoch, owner: this.owner });
      const answer = await this.#client.write(this.#unchanged(), [put(this.#layout.stagingKey, staging)]);
      if (!answer.succeeded) continue;
      this.#epoch = this.#claimedEpoch = epoch;
      this.#stagingMod = this.#claimedAt = answer.revision;
      return { head, epoch, unfinished: before.part > 0 ? before.revision : null };
    }
    throw etcdErrors.FENCED('others claim the prefix at the same time, again and again');
  }

  /** Raises the epoch without giving up the claim. */
  async raiseEpoch(): Promise<number> {
    const epoch = this.#epoch + 1;
    await this.write([], { staging: { epoch, revision: 0, part: 0 } });
    this.#epoch = epoch;
    return epoch;
  }

  /** Writes in one transaction; throws FENCED where somebody else has claimed the prefix. */
  async write(operations: readonly IRequestOp[], marks: Marks): Promise<void> {
    const own = this.#ownWrites(marks);
    const success = [...operations, ...own.map(({ key, value }) => put(key, value))];
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.#attempt(success, marks);
      if (!failure || (await this.#isWritten(own))) return;
      if (attempt >= ATTEMPTS_MAX) throw failure;
    }
  }

  #ownWrites({ staging, head }: Marks): OwnWrite[] {
    const { stagingKey, headKey } = this.#layout;
    const writes: OwnWrite[] = [];
    if (staging) writes.push({ key: stagingKey, value: encodeStaging({ ...staging, owner: this.owner }) });
    if (head) writes.push({ key: headKey, value: encodeHead(head) });
    return writes;
  }

  /** Looks whether a write has arrived; throws FENCED where it has not and the claim is lost. */
  async #isWritten(own: readonly OwnWrite[]): Promise<boolean> {
    const found = await this.#look();
    const isWritten = own.every(({ key, value }) => holds([found.head, found.staging], key, value));
    const isClaimed = found.staging && parseStaging(found.staging.value)?.owner === this.owner;
    // What a successor has written is never taken over: the next write has to fail, even where this one was in time.
    if (isClaimed) this.#adopt(found);
    else if (!isWritten) throw etcdErrors.FENCED(`epoch ${this.#epoch} is over`);
    return isWritten;
  }

  /** Undefined where it was written, else the error with which it was not, or nobody knows. */
  async #attempt(success: IRequestOp[], marks: Marks): Promise<Error | undefined> {
    try {
      const { succeeded, revision } = await this.#client.write(this.#unchanged(), success);
      if (!succeeded) return etcdErrors.FENCED('head or staging were written by somebody else');
      if (marks.staging) this.#stagingMod = revision;
      if (marks.head) this.#headMod = revision;
      return undefined;
    } catch (error) {
      if (error instanceof Error && 'isRetryable' in error && error.isRetryable) return error;
      throw error;
    }
  }

  #adopt({ head, staging }: OwnKeys): void {
    this.#headMod = head?.modRevision ?? 0;
    this.#stagingMod = staging?.modRevision ?? 0;
  }

  async #look(): Promise<OwnKeys> {
    const { values } = await this.#client.range(this.#layout.ownRange);
    const at = (key: string): StoredValue | undefined => values.find((value) => value.key === key);
    return { head: at(this.#layout.headKey), staging: at(this.#layout.stagingKey) };
  }

  #unchanged(): ICompare[] {
    return [isAt(this.#layout.headKey, this.#headMod), isAt(this.#layout.stagingKey, this.#stagingMod)];
  }
}

/** The operation that writes a key. */
export function put(key: string, value: string | Uint8Array): IRequestOp {
  return { request_put: { key: Buffer.from(key), value: Buffer.from(value) } };
}

/** True while a key is as it was written at a revision of etcd; 0: while it does not exist. */
function isAt(key: string, modRevision: number): ICompare {
  return { key: Buffer.from(key), target: 'Mod', result: 'Equal', mod_revision: modRevision };
}

function holds(stored: readonly (StoredValue | undefined)[], key: string, text: string): boolean {
  const value = stored.find((found) => found?.key === key)?.value;
  return value !== undefined && Buffer.from(value).equals(Buffer.from(text));
}
