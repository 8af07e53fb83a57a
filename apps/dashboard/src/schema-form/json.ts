import { isJsonObject, redacted } from '@sluice/schema';

/** A copy of an object with one field set, or without it where `next` is undefined. Order and all other fields stay. */
export function withField(value: unknown, key: string, next: unknown): Record<string, unknown> {
  const fields = isJsonObject(value) ? value : {};
  if (next !== undefined) return { ...fields, [key]: next };
  const { [key]: _removed, ...rest } = fields;
  return rest;
}

/** A copy of a list with one item replaced, or without it where `next` is undefined. */
export function withItem(list: readonly unknown[], index: number, next: unknown): unknown[] {
  return next === undefined ? list.toSpliced(index, 1) : list.with(index, next);
}

/** A copy of a list in which one item has changed places with another. */
export function withSwapped(list: readonly unknown[], index: number, other: number): unknown[] {
  return list.with(index, list[other]).with(other, list[index]);
}

/** Whether somewhere in a value a secret is kept as it is stored. */
export function hasKept(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === redacted;
  return Object.values(value).some(hasKept);
}

/** Whether a pointer means the value at another pointer or something inside it. */
export function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}
