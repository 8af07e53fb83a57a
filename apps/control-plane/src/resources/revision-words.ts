import { isJsonObject } from '@sluice/schema';
import type { Effect } from './change-set.ts';

/** Of a revision that changes many resources, so many are found by their ids and names. */
const RESOURCES_MAX = 100;
const WORD_LENGTH_MAX = 64;
/** A resource is parsed for its name only while that costs next to nothing. */
const PARSED_LENGTH_MAX = 64 * 1024;

/** The words of a text as they are searched: letters and digits in lower case, each word once. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, WORD_LENGTH_MAX)))];
}

/** The words by which a revision is found: those of its message, and of the ids and names of what it changes. */
export function revisionWords(message: string, effects: readonly Effect[]): string[] {
  const named = effects.slice(0, RESOURCES_MAX);
  const names = named.flatMap(({ id, before, after }) => [id, nameIn(before?.body), nameIn(after?.body)]);
  return wordsOf([message, ...names].join(' '));
}

function nameIn(body: string | undefined): string {
  if (body === undefined || body.length > PARSED_LENGTH_MAX) return '';
  const value: unknown = JSON.parse(body);
  return isJsonObject(value) && typeof value['name'] === 'string' ? value['name'] : '';
}
