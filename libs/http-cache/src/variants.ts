import { randomUUID } from 'node:crypto';
import type { CacheRecord, CacheZone } from '@sluice/plugin-kit';
import type { ReadableFields } from './freshness.ts';
import type { StoredHead, VariantIndex } from './stored-head.ts';

/** Answers to one key that differ by fields of the request, before those are forgotten: a client chooses the fields. */
const variantsMax = 64;
const listsMax = 8;

/** A stored answer with the key that it was found under. */
export interface Found {
  readonly key: string;
  readonly record: CacheRecord;
  readonly head: StoredHead;
}

/** What a key leads to: the answer for this request, and the index of its variants where there is one. */
export interface Lookup {
  readonly found: Found | undefined;
  readonly index: VariantIndex | undefined;
}

const nothing: Lookup = { found: undefined, index: undefined };

/** Finds what is stored for a key and a request. At once where the zone is in memory and answers do not differ. */
export function lookUp(zone: CacheZone, key: string, headers: ReadableFields): Lookup | Promise<Lookup> {
  const record = zone.find(key);
  if (record instanceof Promise) return record.then((read) => follow(zone, key, read, headers));
  return follow(zone, key, record, headers);
}

function follow(
  zone: CacheZone,
  key: string,
  record: CacheRecord | undefined,
  headers: ReadableFields,
): Lookup | Promise<Lookup> {
  if (record === undefined) return nothing;
  if (!isIndex(record.head)) return { found: { key, record, head: record.head as StoredHead }, index: undefined };
  return selectVariant(zone, key, record.head, headers);
}

/** Of all that match, the newest (RFC 9111, section 4.1). */
async function selectVariant(
  zone: CacheZone,
  key: string,
  index: VariantIndex,
  headers: ReadableFields,
): Promise<Lookup> {
  let found: Found | undefined;
  for (const names of index.lists) {
    const variant = variantKey(key, index, names, headers);
    const record = await zone.find(variant);
    const head = record?.head as StoredHead | undefined;
    if (record && head && (found === undefined || head.date > found.head.date)) found = { key: variant, record, head };
  }
  return { found, index };
}

/** Where an answer is to be stored, and what has to be written first so that it is found. */
export interface Place {
  readonly key: string;
  readonly index: VariantIndex | null;
}

/** The place for an answer that differs by the fields `names`, none for most. */
export function placeFor(
  key: string,
  { found, index }: Lookup,
  names: readonly string[],
  headers: ReadableFields,
): Place {
  if (index === undefined && names.length === 0) return { key, index: null };
  const isFull = index !== undefined && (index.count >= variantsMax || index.lists.length >= listsMax);
  const before = index === undefined || isFull ? { epoch: randomUUID(), lists: [], count: 0 } : index;
  const listed = before.lists.some((list) => list.join() === names.join());
  const place = variantKey(key, before, names, headers);
  const isNew = !listed || isFull || found?.key !== place;
  const lists = listed ? before.lists : [...before.lists, names];
  return { key: place, index: isNew ? { ...before, lists, count: before.count + 1 } : null };
}

/** Lengths before the values, so that no value can pass for two. */
function variantKey(key: string, { epoch }: VariantIndex, names: readonly string[], headers: ReadableFields): string {
  const values = names.map((name) => {
    const value = normalized(headers.getAll(name));
    return value === undefined ? '-' : `${value.length}:${value}`;
  });
  return `${key}\n${epoch}\n${names.join()}\n${values.join('')}`;
}

/** Spaces around commas and the number of lines make no difference. */
function normalized(lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  return lines
    .flatMap((line) => line.split(','))
    .map((member) => member.trim())
    .join(',');
}

function isIndex(head: unknown): head is VariantIndex {
  return typeof head === 'object' && head !== null && 'lists' in head;
}
