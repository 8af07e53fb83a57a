import type { JsonValue } from './json-value.ts';
import { JsonError } from './json-error.ts';

/**
 * The one text of a JSON value (RFC 8785): keys sorted by code unit, numbers in their shortest form, no spaces.
 * Members that are undefined are left out, as `JSON.stringify` does; whatever JSON cannot say is a JsonError.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return numberOf(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') throw new JsonError(`a ${typeof value} is not a JSON value`);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalJson).join(',')}]`;
  return objectOf(value as Readonly<Record<string, JsonValue | undefined>>);
}

function objectOf(value: Readonly<Record<string, JsonValue | undefined>>): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${textOf(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Escapes as the RFC wants them are those of `JSON.stringify`; only half a character must not pass. */
function textOf(text: string): string {
  if (!text.isWellFormed()) throw new JsonError('a string contains half of a surrogate pair');
  return JSON.stringify(text);
}

function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new JsonError(`${value} is not a JSON number`);
  return value === 0 ? '0' : String(value);
}
