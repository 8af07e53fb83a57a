/** JSON for people to read; with sorted keys where two values are to be compared line by line. */
export function printJson(value: unknown, order: 'as-is' | 'sorted' = 'as-is'): string {
  return JSON.stringify(order === 'sorted' ? sorted(value) : value, null, 2) ?? '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]));
}

/** A JSON text as a value, or what is wrong with it. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/** Reads JSON that somebody is typing; never throws. */
export function readJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'This is not JSON.' };
  }
}
