import { ConfigState } from '../config-state.ts';
import { elementHash, StateDigest } from '../digest.ts';
import type { Batch, ResourceChange } from '../source.ts';
import type { ValueDecoder } from './apisix-encryption.ts';
import type { EtcdClient, StoredValue } from './etcd-client.ts';
import { isCompacted } from './foreign-edits.ts';
import { type Head, parseHead } from './head.ts';
import type { KeyLayout } from './layout.ts';
import { type PrefixState, readPrefix } from './read-prefix.ts';

/** What a reader of one prefix needs. */
export interface PrefixReader {
  readonly client: EtcdClient;
  readonly layout: KeyLayout;
  readonly decode: ValueDecoder;
}

/**
 * What stands below the prefix. `etcdRevision` is where a watch goes on: nothing before it is unseen.
 * - `complete`: exactly what head promises, or (`hasHead` false) what a plain APISIX has there.
 * - `drifted`: what head says is contradicted by the keys as they were when it was written: someone has edited them.
 * - `unfinished`: a revision is being written, and the state before it is gone; the next move of head settles it.
 * - `empty`: nothing at all, not even the marks that APISIX leaves.
 */
export type PrefixReading =
  | { readonly type: 'complete'; readonly etcdRevision: number; readonly hasHead: boolean; readonly state: ConfigState }
  | { readonly type: 'drifted'; readonly etcdRevision: number; readonly batch: Batch }
  | { readonly type: 'unfinished' | 'empty'; readonly etcdRevision: number };

/**
 * Reads the state that head stands for. A plain read may meet a publisher in the middle of a revision, and a missing key
 * leaves no trace: so the digest decides, and where it does not fit, the keys are read again as they were when head was
 * written.
 */
export async function readSnapshot(reader: PrefixReader): Promise<PrefixReading> {
  const now = await readPrefix(reader.client, reader.layout);
  const { headKey, stagingKey } = reader.layout;
  const stored = now.values.find(({ key }) => key === headKey);
  if (!stored) {
    // Claimed by a publisher, whose first revision may stand there in parts: these are not keys of a plain APISIX.
    const isClaimed = now.values.some(({ key }) => key === stagingKey);
    return isClaimed ? { type: 'unfinished', etcdRevision: now.revision } : readPlain(reader, now);
  }
  const head = parseHead(stored.value);
  if (!head) return { type: 'unfinished', etcdRevision: now.revision };
  const state = new ConfigState();
  const refusal = state.apply(toBatch(reader, now, head));
  if (!refusal) return { type: 'complete', etcdRevision: now.revision, hasHead: true, state };
  return readAtHead(reader, now.revision, head, stored);
}

async function readAtHead(
  reader: PrefixReader,
  readRevision: number,
  head: Head,
  { modRevision }: StoredValue,
): Promise<PrefixReading> {
  try {
    const atHead = await readPrefix(reader.client, reader.layout, modRevision);
    const batch = toBatch(reader, atHead, head);
    // Where it drifted, all later events only lead further away: only a later head can help.
    const state = new ConfigState();
    if (state.apply(batch)) return { type: 'drifted', etcdRevision: readRevision, batch };
    return { type: 'complete', etcdRevision: modRevision, hasHead: true, state };
  } catch (error) {
    if (isCompacted(error)) return { type: 'unfinished', etcdRevision: readRevision };
    throw error;
  }
}

function readPlain(reader: PrefixReader, now: PrefixState): PrefixReading {
  const { revision } = now;
  if (now.values.length === 0) return { type: 'empty', etcdRevision: revision };
  const changes = toChanges(reader, now.values);
  const state = new ConfigState();
  const digest = digestAfter(state, changes);
  state.apply({ type: 'snapshot', baseRevision: 0, revision, digest, changes });
  return { type: 'complete', etcdRevision: revision, hasHead: false, state };
}

function toBatch(reader: PrefixReader, { values }: PrefixState, { revision, digest }: Head): Batch {
  const changes = toChanges(reader, values);
  return { type: 'snapshot', baseRevision: 0, revision, digest: Buffer.from(digest, 'hex'), changes };
}

function toChanges(reader: PrefixReader, values: readonly StoredValue[]): ResourceChange[] {
  return values.flatMap((stored) => {
    const change = toChange(reader, stored, false);
    return change ? [change] : [];
  });
}

/**
 * A key as a change of a resource; undefined where it holds none. The numbers are etcd's own, as APISIX shows them, and
 * not revisions of ours: they are the same on every data plane, whenever it has read them, and so equal routes are tried
 * in the same order everywhere.
 */
export function toChange(
  { layout, decode }: PrefixReader,
  { key, value, createRevision, modRevision }: StoredValue,
  isDeleted: boolean,
): ResourceChange | undefined {
  const name = layout.resourceAt(key);
  if (!name) return undefined;
  const body = isDeleted ? null : decode(name.kind, name.id, value);
  return { ...name, body, createdRevision: createRevision, modifiedRevision: modRevision };
}

/** The digest of a state after changes that nobody has promised a digest for. Each resource may stand there once. */
export function digestAfter(state: ConfigState, changes: readonly ResourceChange[]): Uint8Array {
  const digest = StateDigest.from(state.digest);
  for (const { kind, id, body } of changes) {
    const before = state.get(kind, id);
    if (before) digest.remove(before.hash);
    if (body) digest.add(elementHash(kind, id, body));
  }
  return digest.toBytes();
}
