import { canonicalJson, isJsonObject, type JsonValue } from '@sluice/schema';

/** An index before, one after, or both where the items belong together. */
export interface AlignedPair {
  readonly before: number | null;
  readonly after: number | null;
}

/** Beyond this many comparisons, items are paired by their places: exactness is worth only so much. */
const COMPARISONS_MAX = 250_000;

/** What makes two objects of a list the same thing, although the rest of them differs. */
const identityFields = ['id', 'name', 'host', 'port', 'username', 'key'] as const;

/**
 * Which items of two arrays belong together, in order: the longest run of common items, and between those what stands at the
 * same place. An insertion in front is one insertion, not a change of everything behind it.
 */
export function alignArrays(before: readonly unknown[], after: readonly unknown[]): AlignedPair[] {
  const [old, next] = [before.map(identityOf), after.map(identityOf)];
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start += 1;
  let tail = 0;
  while (tail < old.length - start && tail < next.length - start && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  const [oldEnd, nextEnd] = [old.length - tail, next.length - tail];
  const inner = commonItems(old.slice(start, oldEnd), next.slice(start, nextEnd));
  const anchors: [number, number][] = [
    ...Array.from({ length: start }, (_, i): [number, number] => [i, i]),
    ...inner.map(([i, j]): [number, number] => [start + i, start + j]),
    ...Array.from({ length: tail }, (_, i): [number, number] => [oldEnd + i, nextEnd + i]),
  ];
  return fillGaps(anchors, old.length, next.length);
}

function identityOf(item: unknown): string {
  if (!isJsonObject(item)) return canonicalJson(item as JsonValue);
  const own = identityFields.flatMap((field) => (isScalar(item[field]) ? [[field, item[field]]] : []));
  return own.length > 0 ? JSON.stringify(own) : canonicalJson(item as JsonValue);
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** The longest common subsequence of two lists of keys, as pairs of indexes. */
function commonItems(old: readonly string[], next: readonly string[]): [number, number][] {
  if (old.length === 0 || next.length === 0 || old.length * next.length > COMPARISONS_MAX) return [];
  const width = next.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = next.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = old[i] === next[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < old.length && j < next.length;) {
    if (old[i] === next[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function fillGaps(anchors: readonly [number, number][], oldLength: number, nextLength: number): AlignedPair[] {
  const pairs: AlignedPair[] = [];
  let [i, j] = [0, 0];
  for (const [oldAt, nextAt] of [...anchors, [oldLength, nextLength] as const]) {
    while (i < oldAt && j < nextAt) pairs.push({ before: i++, after: j++ });
    while (i < oldAt) pairs.push({ before: i++, after: null });
    while (j < nextAt) pairs.push({ before: null, after: j++ });
    if (oldAt < oldLength && nextAt < nextLength) pairs.push({ before: i++, after: j++ });
  }
  return pairs;
}
