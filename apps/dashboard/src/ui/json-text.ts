import { isJsonObject, redacted } from '@sluice/schema';
import { offsetOfJsonError } from './json-error.ts';

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

/** A copy for reading only, in which a stored secret is said to be hidden. */
export function concealed(value: unknown): unknown {
  if (value === redacted) return 'hidden';
  if (Array.isArray(value)) return value.map(concealed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, concealed(field)]));
}

/** A JSON text as a value, or what is wrong with it and where. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/** Reads JSON that somebody is typing; never throws. */
export function readJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `${reasonOf(error)} (${placeOf(text, offsetOfJsonError(text))})` };
  }
}

/** The engine's words without its own account of the place, which engines give differently or not at all. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'This is not JSON';
  return error.message
    .replace(/^JSON(?:\.parse| Parse error): /, '')
    .replace(/,? (?:in JSON )?at (?:position|line) \d+.*$/s, '')
    .replace(/, (?:\.{3})?".*" is not valid JSON$/s, '');
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
