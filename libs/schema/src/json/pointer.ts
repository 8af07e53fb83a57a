import { isJsonObject, setOwn } from './json-value.ts';

/** The segments of a JSON pointer (RFC 6901), unescaped. */
export function pointerKeys(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer of a path of keys. */
export function pointerOf(keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value that a pointer leads to, or undefined where there is none. */
export function getPointer(value: unknown, pointer: string): unknown {
  let current = value;
  for (const key of pointerKeys(pointer)) current = childOf(current, key);
  return current;
}

/**
 * A copy of the value in which the pointer leads to `next`; only the objects on the way are copied. Missing objects on
 * the way are created; undefined where a segment cannot be a key of what is there.
 */
export function setPointer(value: unknown, pointer: string, next: unknown): unknown {
  return setAt(value, pointerKeys(pointer), next);
}

function setAt(value: unknown, keys: readonly string[], next: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return next;
  const child = setAt(childOf(value, key), rest, next);
  if (child === undefined && next !== undefined) return undefined;
  if (Array.isArray(value)) return isIndex(key, value.length) ? value.with(Number(key), child) : undefined;
  if (value !== undefined && !isJsonObject(value)) return undefined;
  const copy = { ...value };
  setOwn(copy, key, child);
  return copy;
}

/** What a key of an object, or an index of a list, leads to; undefined where there is nothing. */
export function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return isIndex(key, value.length) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isIndex(key: string, length: number): boolean {
  return /^(0|[1-9]\d*)$/.test(key) && Number(key) < length;
}
