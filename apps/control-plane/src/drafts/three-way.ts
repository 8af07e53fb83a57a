import { copyJson, equalJson, isJsonObject, pointerOf, setOwn } from '@sluice/schema';

/** A field that two sides have changed in different ways. Undefined: it is not there. */
export interface Clash {
  readonly path: string;
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

/** Whose value a clashing field gets. */
export type Side = 'mine' | 'theirs';

/** What became of a merge: a value in any case, and the fields for which a side had to be taken. */
export interface Merged {
  readonly value: unknown;
  readonly clashes: readonly Clash[];
}

/**
 * Merges what two sides made of a common base, field by field. Lists are taken whole: what their order means, only people
 * know. Where both sides changed a field, `sideOf` decides (without a word from it: mine), and the clash is told.
 */
export function mergeThree(
  base: unknown,
  theirs: unknown,
  mine: unknown,
  sideOf: (path: string) => Side | undefined = () => undefined,
): Merged {
  const clashes: Clash[] = [];
  const value = mergeAt([], { base, theirs, mine }, { clashes, sideOf });
  return { value: copyJson(value), clashes };
}

interface Three {
  readonly base: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

interface Merge {
  readonly clashes: Clash[];
  readonly sideOf: (path: string) => Side | undefined;
}

function mergeAt(path: readonly string[], { base, theirs, mine }: Three, merge: Merge): unknown {
  if (isSame(theirs, mine) || isSame(base, mine)) return theirs;
  if (isSame(base, theirs)) return mine;
  if (isJsonObject(theirs) && isJsonObject(mine)) {
    return mergeObjects(path, { base: isJsonObject(base) ? base : {}, theirs, mine }, merge);
  }
  const pointer = pointerOf(path);
  merge.clashes.push({ path: pointer, base, theirs, mine });
  return merge.sideOf(pointer) === 'theirs' ? theirs : mine;
}

type Fields = Record<string, unknown>;

function mergeObjects(path: readonly string[], three: Record<keyof Three, Fields>, merge: Merge): Fields {
  const { base, theirs, mine } = three;
  const merged: Fields = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const fields = { base: own(base, key), theirs: own(theirs, key), mine: own(mine, key) };
    const value = mergeAt([...path, key], fields, merge);
    if (value !== undefined) setOwn(merged, key, value);
  }
  return merged;
}

function own(object: Fields, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : equalJson(a, b);
}
