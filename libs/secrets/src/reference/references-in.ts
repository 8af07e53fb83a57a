import { isJsonObject, isSecretReference, setOwn } from '@sluice/schema';

/** Every reference among the texts of a JSON value, each once. */
export function referencesIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (isSecretReference(value)) found.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) referencesIn(inner, found);
  }
  return found;
}

/**
 * The value with every reference replaced by what `read` gives for it; the value itself where it holds none. What `read`
 * throws passes through.
 */
export function withSecrets<T>(value: T, read: (reference: string) => string): T {
  return replaced(value, read) as T;
}

function replaced(value: unknown, read: (reference: string) => string): unknown {
  if (typeof value === 'string') return isSecretReference(value) ? read(value) : value;
  if (Array.isArray(value)) {
    const next = value.map((item) => replaced(item, read));
    return next.every((item, i) => item === value[i]) ? value : next;
  }
  if (!isJsonObject(value)) return value;
  const next: Record<string, unknown> = {};
  let isSame = true;
  for (const [key, inner] of Object.entries(value)) {
    const now = replaced(inner, read);
    isSame &&= now === inner;
    setOwn(next, key, now);
  }
  return isSame ? value : next;
}
