import { isJsonObject } from './json-value.ts';
import { childOf } from './pointer.ts';
import { redacted } from './redacted.ts';

/**
 * What stood at a place before: the same keys lead there, but an item of a list is looked for by what it says, because lists
 * are ordered anew and shortened. Undefined where nothing stood there, and where several could have.
 */
export function counterpartOf(value: unknown, before: unknown, keys: readonly string[]): unknown {
  let [now, then] = [value, before];
  for (const key of keys) {
    if (Array.isArray(now) !== Array.isArray(then)) return undefined;
    const at = Array.isArray(now) && Array.isArray(then) ? placeBefore(now, then, Number(key)) : key;
    [now, then] = [childOf(now, key), at === undefined ? undefined : childOf(then, String(at))];
  }
  return then;
}

/** Where an item of a list stood before. One that was edited is the one at its place, if that is nowhere else. */
function placeBefore(list: readonly unknown[], before: readonly unknown[], at: number): number | undefined {
  const fitting = before.flatMap((item, i) => (fits(list[at], item) ? [i] : []));
  if (fitting.length === 1) return fitting[0];
  if (fitting.length > 1) return list.length === before.length && fitting.includes(at) ? at : undefined;
  const isFree = list.length >= before.length && !list.some((item) => fits(item, before[at]));
  return isFree ? at : undefined;
}

/** Whether a value may be another one of which some secrets are masked. */
function fits(value: unknown, before: unknown): boolean {
  if (value === redacted) return typeof before === 'string' || typeof before === 'number';
  if (Array.isArray(value)) {
    return Array.isArray(before) && value.length === before.length && value.every((item, i) => fits(item, before[i]));
  }
  if (!isJsonObject(value)) return value === before;
  const keys = Object.keys(value);
  if (!isJsonObject(before) || keys.length !== Object.keys(before).length) return false;
  return keys.every((key) => Object.hasOwn(before, key) && fits(value[key], before[key]));
}
