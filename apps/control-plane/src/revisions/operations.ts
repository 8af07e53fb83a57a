import { equalJson, isJsonObject, pointerOf } from '@sluice/schema';
import { alignArrays } from './array-alignment.ts';
import { childOf, isSecret, type ShownValue, withoutTimes } from './shown-value.ts';

/** One difference between two values of a resource, at the field where it is. Secrets are told of, never told. */
export interface Operation {
  readonly op: 'added' | 'removed' | 'changed';
  /** JSON pointer; of what was removed, into the value before. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: true;
}

/** Differences of one resource that are listed; whoever wants more reads the values. */
export const OPERATIONS_MAX = 500;

type Keys = readonly (string | number)[];

/** What leads from one value of a resource to another. Its times are left out: every change changes them. */
export function operationsBetween(before: ShownValue | undefined, after: ShownValue | undefined): Operation[] {
  const found: Operation[] = [];
  if (before && after) compare(withoutTimes(before), withoutTimes(after), [], found);
  return found.slice(0, OPERATIONS_MAX);
}

function compare(before: ShownValue, after: ShownValue, path: Keys, found: Operation[]): void {
  if (found.length >= OPERATIONS_MAX || equalJson(before.open, after.open)) return;
  if (Array.isArray(before.open) && Array.isArray(after.open)) compareArrays(before, after, path, found);
  else if (isJsonObject(before.open) && isJsonObject(after.open)) compareObjects(before, after, path, found);
  else if (isSecret(before) || isSecret(after)) found.push({ op: 'changed', path: pointerOf(path), secret: true });
  else found.push({ op: 'changed', path: pointerOf(path), before: before.shown, after: after.shown });
}

function compareObjects(before: ShownValue, after: ShownValue, path: Keys, found: Operation[]): void {
  const [old, next] = [before.open as object, after.open as object];
  for (const key of [...new Set([...Object.keys(old), ...Object.keys(next)])].sort()) {
    const place = [...path, key];
    if (!Object.hasOwn(next, key)) found.push(removal(childOf(before, key), place));
    else if (!Object.hasOwn(old, key)) found.push(addition(childOf(after, key), place));
    else compare(childOf(before, key), childOf(after, key), place, found);
  }
}

function compareArrays(before: ShownValue, after: ShownValue, path: Keys, found: Operation[]): void {
  for (const pair of alignArrays(before.open as unknown[], after.open as unknown[])) {
    if (pair.after === null) found.push(removal(childOf(before, pair.before ?? 0), [...path, pair.before ?? 0]));
    else if (pair.before === null) found.push(addition(childOf(after, pair.after), [...path, pair.after]));
    else compare(childOf(before, pair.before), childOf(after, pair.after), [...path, pair.after], found);
  }
}

function removal(value: ShownValue, path: Keys): Operation {
  const place = { op: 'removed', path: pointerOf(path) } as const;
  return isSecret(value) ? { ...place, secret: true } : { ...place, before: value.shown };
}

function addition(value: ShownValue, path: Keys): Operation {
  const place = { op: 'added', path: pointerOf(path) } as const;
  return isSecret(value) ? { ...place, secret: true } : { ...place, after: value.shown };
}
