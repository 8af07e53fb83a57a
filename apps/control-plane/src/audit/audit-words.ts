import type { AuditEntry } from './audit-writer.ts';

const WORD_LENGTH_MAX = 64;
const WORDS_MAX = 500;
const notWord = /[^\p{L}\p{N}]+/u;

/** The words of a text: what stands between whatever is no letter and no digit, in small letters, each once. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().split(notWord, 4 * WORDS_MAX);
  return [...new Set(words.filter((word) => word !== '').map((word) => word.slice(0, WORD_LENGTH_MAX)))].slice(
    0,
    WORDS_MAX,
  );
}

/** The words by which an entry is found. */
export function wordsOfEntry(entry: AuditEntry): string[] {
  const { actor, action, group_name: group, kind, id, source_ip: ip, request_id: request, detail = {} } = entry;
  return wordsOf([actor, action, group, kind, id, ip, request, JSON.stringify(detail)].join(' '));
}

/** The search for entries that have all words of a text, each of which may go on; undefined where it has none. */
export function searchFor(text: string): string | undefined {
  const words = wordsOf(text);
  return words.length === 0 ? undefined : words.map((word) => `'${word}':*`).join(' & ');
}
