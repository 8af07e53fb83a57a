import { setTimeout as delay } from 'node:timers/promises';
import type { KindName } from '@sluice/schema';
import type { EtcdClient } from './etcd-client.ts';
import type { FencedWriter } from './fenced-writer.ts';
import { parseHead, parseStaging } from './head.ts';
import type { KeyLayout } from './layout.ts';
import { watchFrom, type WatchEvent } from './watch.ts';

/** A key that somebody else has changed. */
export interface ForeignEdit {
  readonly key: string;
  /** Null where it is our own `head` or `staging`. */
  readonly kind: KindName | null;
  readonly id: string | null;
  readonly isDeleted: boolean;
  readonly etcdRevision: number;
}

/** What somebody else has done. */
export interface ForeignReport {
  readonly edits: readonly ForeignEdit[];
  /** False where a part of etcd's history was compacted away unseen: there may be more edits than these. */
  readonly isComplete: boolean;
}

interface ForeignWatch {
  readonly client: EtcdClient;
  readonly layout: KeyLayout;
  readonly writer: FencedWriter;
  readonly onForeignEdit: (report: ForeignReport) => void;
  readonly signal: AbortSignal;
}

const RETRY_AFTER_MS = 300;

/** Follows the prefix from the writer's claim on; survives lost links. Ends when the signal aborts or the claim is lost. */
export async function watchForeignEdits(options: ForeignWatch): Promise<void> {
  const { client, layout, writer, onForeignEdit, signal } = options;
  const place = { next: writer.claimedAt + 1 };
  while (!signal.aborted) {
    try {
      await followUntilDeposed(options, place);
      return;
    } catch (error) {
      if (isCompacted(error)) {
        place.next = await latestRevision(client, layout, place.next);
        onForeignEdit({ edits: [], isComplete: false });
      }
      await delay(RETRY_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function followUntilDeposed(options: ForeignWatch, place: { next: number }): Promise<void> {
  const { client, layout, writer, onForeignEdit, signal } = options;
  for await (const events of watchFrom(client, layout.range, place.next, signal)) {
    const { edits, isDeposed } = sortOut(events, layout, writer);
    if (edits.length > 0) onForeignEdit({ edits, isComplete: true });
    if (isDeposed) return;
    place.next = (events.at(-1)?.modRevision ?? place.next - 1) + 1;
  }
}

/** True for the error that says that the history asked for is gone. */
export function isCompacted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETCD_COMPACTED';
}

/** Where a watch can go on; the old place where etcd cannot be asked now. */
async function latestRevision(client: EtcdClient, layout: KeyLayout, next: number): Promise<number> {
  try {
    return (await client.range(layout.ownRange)).revision + 1;
  } catch {
    // The watch from the old place fails again, and this is asked again.
    return next;
  }
}

/**
 * Every transaction of ours moves head or staging, and no other transaction can carry our epoch: so it is told by its own
 * content, and the event may come before the answer to the write.
 */
function sortOut(
  events: readonly WatchEvent[],
  layout: KeyLayout,
  writer: FencedWriter,
): { edits: ForeignEdit[]; isDeposed: boolean } {
  const edits: ForeignEdit[] = [];
  for (const transaction of Map.groupBy(events, ({ modRevision }) => modRevision).values()) {
    const author = authorOf(transaction, layout, writer);
    if (author === 'successor') return { edits, isDeposed: true };
    if (author === 'other') edits.push(...transaction.flatMap((event) => toForeignEdit(event, layout)));
  }
  return { edits, isDeposed: false };
}

function authorOf(
  transaction: readonly WatchEvent[],
  { headKey, stagingKey }: KeyLayout,
  writer: FencedWriter,
): 'us' | 'successor' | 'other' {
  const valueOf = (key: string): Uint8Array =>
    transaction.find((event) => event.key === key && !event.isDeleted)?.value ?? new Uint8Array();
  const staging = parseStaging(valueOf(stagingKey));
  if (staging?.owner === writer.owner) return 'us';
  if (staging && staging.epoch > writer.epoch) return 'successor';
  const head = parseHead(valueOf(headKey));
  return head && writer.covers(head.epoch) ? 'us' : 'other';
}

function toForeignEdit(event: WatchEvent, layout: KeyLayout): ForeignEdit[] {
  const { key, isDeleted, modRevision: etcdRevision } = event;
  const name = layout.resourceAt(key);
  if (!name && key !== layout.headKey && key !== layout.stagingKey) return [];
  return [{ key, kind: name?.kind ?? null, id: name?.id ?? null, isDeleted, etcdRevision }];
}
