import { pointerKeys } from '@sluice/schema';

/**
 * Whether the field at a pointer is a secret, also before anything stands in it. A pattern is a dotted path as
 * `secretPointers` reads it: `*` is any key, items of a list need no segment, and where it ends everything inside is secret.
 */
export function isSecretField(pointer: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const keys = pointerKeys(pointer);
  return patterns.some((pattern) => leadsTo(pattern.split('.'), keys));
}

function leadsTo([segment, ...rest]: readonly string[], keys: readonly string[]): boolean {
  if (segment === undefined) return true;
  const [key, ...inner] = keys;
  if (key === undefined) return false;
  if (segment === '*' || segment === key) return leadsTo(rest, inner);
  return /^\d+$/.test(key) && leadsTo([segment, ...rest], inner);
}
