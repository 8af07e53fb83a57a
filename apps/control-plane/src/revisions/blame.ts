import { equalJson, isJsonObject, pointerOf } from '@sluice/schema';
import { alignArrays } from './array-alignment.ts';
import { childOf, isSecret, type ShownValue } from './shown-value.ts';

/** A field of a value, and the revision that last set it. */
export interface BlamedField {
  readonly path: string;
  /** As it may be shown; a secret is masked. */
  readonly value: unknown;
  readonly isSecret: boolean;
  /** Null: it was so already in the oldest version that was looked at. */
  readonly revision: number | null;
}

interface Leaf {
  readonly path: string;
  readonly value: ShownValue;
  revision: number | null;
}

/** The leaves below a part of a version that still wait for their revision, in the shape of that version. */
type Branch = Leaf | ReadonlyMap<string | number, Branch>;

/**
 * Finds for each field of a value the revision that last set it, going back version by version. What has not changed is
 * followed to its older place, also when a list grew in front of it.
 */
export class Blame {
  readonly #leaves: Leaf[] = [];
  /** The version that was looked at last, and where in it the fields stood that still wait. */
  #value: ShownValue;
  #waiting: Branch | undefined;

  constructor(value: ShownValue) {
    this.#value = value;
    this.#waiting = this.#branch(value, []);
  }

  /** Whether every field has its revision, so that older versions need not be read. */
  get isDone(): boolean {
    return this.#waiting === undefined;
  }

  /** Goes one version back: what was not so in `older` (undefined: not there) has been set by `revision`. */
  stepBack(revision: number, older: ShownValue | undefined): void {
    if (!this.#waiting) return;
    this.#waiting = settle(this.#value, older, this.#waiting, revision);
    if (older) this.#value = older;
  }

  fields(): BlamedField[] {
    return this.#leaves.map(({ path, value, revision }) => {
      return { path, value: value.shown, isSecret: isSecret(value), revision };
    });
  }

  #branch(value: ShownValue, path: readonly (string | number)[]): Branch {
    const keys = keysOf(value.open);
    if (keys.length > 0) return new Map(keys.map((key) => [key, this.#branch(childOf(value, key), [...path, key])]));
    const leaf = { path: pointerOf(path), value, revision: null };
    this.#leaves.push(leaf);
    return leaf;
  }
}

/** Gives the revision to what was not so before; returns what was, at its older place, or undefined where nothing was. */
function settle(
  value: ShownValue,
  older: ShownValue | undefined,
  branch: Branch,
  revision: number,
): Branch | undefined {
  if (older && equalJson(value.open, older.open)) return branch;
  const pairs = older && pairsOf(value.open, older.open);
  if (!pairs || !(branch instanceof Map)) {
    attribute(branch, revision);
    return undefined;
  }
  const left = new Map<string | number, Branch>();
  for (const [key, part] of branch as ReadonlyMap<string | number, Branch>) {
    const oldKey = pairs.get(key);
    const before = older && oldKey !== undefined ? childOf(older, oldKey) : undefined;
    const rest = settle(childOf(value, key), before, part, revision);
    // What has no older place has its revision now.
    if (rest && oldKey !== undefined) left.set(oldKey, rest);
  }
  return left.size > 0 ? left : undefined;
}

/** Where each child stood before; undefined where the two values are not of the same shape. */
function pairsOf(next: unknown, old: unknown): Map<string | number, string | number> | undefined {
  if (Array.isArray(next) && Array.isArray(old)) {
    const pairs = alignArrays(old, next).filter(({ before, after }) => before !== null && after !== null);
    return new Map(pairs.map(({ before, after }) => [after as number, before as number]));
  }
  if (!isJsonObject(next) || !isJsonObject(old)) return undefined;
  return new Map(Object.keys(next).flatMap((key) => (Object.hasOwn(old, key) ? [[key, key]] : [])));
}

function attribute(leaves: Branch, revision: number): void {
  if (!(leaves instanceof Map)) (leaves as Leaf).revision = revision;
  else for (const branch of leaves.values()) attribute(branch as Branch, revision);
}

function keysOf(value: unknown): (string | number)[] {
  if (Array.isArray(value)) return value.map((_, i) => i);
  return isJsonObject(value) ? Object.keys(value) : [];
}
