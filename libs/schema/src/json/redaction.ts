import { counterpartOf } from './counterpart.ts';
import { getPointer, pointerKeys, pointerOf, setPointer } from './pointer.ts';
import { redacted } from './redacted.ts';

/** What became of a write that may carry redactions. */
export interface Restored<T> {
  readonly value: T;
  /** Pointer of the first redaction for which nothing is stored; the write must be refused. */
  readonly missing?: string;
}

/**
 * Pointers of the secrets in a value. A pattern is a dotted path; `*` is any key or index, and an array on the way is
 * entered also without it. Where a pattern ends at an object or array, every text and number inside is secret.
 */
export function secretPointers(value: unknown, patterns: readonly string[]): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) expand(value, pattern.split('.'), [], found);
  return [...found];
}

function expand(value: unknown, pattern: readonly string[], path: readonly string[], found: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    const [keys, rest] = stepInto(value, pattern);
    for (const key of keys) expand((value as Record<string, unknown>)[key], rest, [...path, key], found);
  } else if (pattern.length === 0 && (typeof value === 'string' || typeof value === 'number')) {
    found.add(pointerOf(path));
  }
}

/** The keys that a pattern leads to, and what is left of the pattern behind them. */
function stepInto(value: object, pattern: readonly string[]): [keys: readonly string[], rest: readonly string[]] {
  const [segment, ...rest] = pattern;
  if (segment === undefined || segment === '*') return [Object.keys(value), rest];
  if (Array.isArray(value) && !/^\d+$/.test(segment)) return [Object.keys(value), pattern];
  return [Object.hasOwn(value, segment) ? [segment] : [], rest];
}

/** A copy in which `__redacted__` stands wherever a pointer leads to something. */
export function redact<T>(value: T, pointers: readonly string[]): T {
  let result: unknown = value;
  for (const pointer of pointers) {
    if (getPointer(result, pointer) !== undefined) result = setPointer(result, pointer, redacted);
  }
  return result as T;
}

/**
 * A copy of a write with stored values back in place of redactions. Pointers are those of the write. Items of lists keep
 * their own secrets, also where they have another place now; where that cannot be told, the secret is missing.
 */
export function restoreRedacted<T>(newValue: T, oldValue: unknown, pointers: readonly string[]): Restored<T> {
  let result: unknown = newValue;
  for (const pointer of pointers) {
    if (getPointer(newValue, pointer) !== redacted) continue;
    const stored = counterpartOf(newValue, oldValue, pointerKeys(pointer));
    if (stored === undefined) return { value: newValue, missing: pointer };
    result = setPointer(result, pointer, stored);
  }
  return { value: result as T };
}
