import { isExactNumber } from './exact-number.ts';
import type { JsonValue } from './json-value.ts';
import { setOwn } from './json-value.ts';
import { JsonError } from './json-error.ts';
import { Scanner } from './scanner.ts';

/** How deep arrays and objects may be nested. */
export const jsonDepthMax = 128;

/**
 * Reads JSON strictly, but takes line breaks and tabs in strings as they are. Beyond what `JSON.parse` refuses: duplicate
 * keys, NUL characters, halves of surrogate pairs, numbers that a double cannot say exactly, and more than 128 levels. A key
 * `__proto__` is a key like any other. With `repeated`, the last of two equal keys counts, and the place of each that
 * replaces another is added to it: `line 2, column 16`.
 */
export function parseJson(text: string, repeated?: string[]): JsonValue {
  const scanner = new Scanner(text, repeated);
  scanner.skipSpace();
  const value = readValue(scanner, 0);
  scanner.skipSpace();
  if (scanner.at < text.length) throw scanner.error('expected the end of the text');
  return value;
}

function readValue(scanner: Scanner, depth: number): JsonValue {
  switch (scanner.text.charCodeAt(scanner.at)) {
    case 0x22:
      return readString(scanner);
    case 0x7b:
      return readObject(scanner, depth + 1);
    case 0x5b:
      return readArray(scanner, depth + 1);
    case 0x74:
      return scanner.word('true', true);
    case 0x66:
      return scanner.word('false', false);
    case 0x6e:
      return scanner.word('null', null);
    default:
      return readNumber(scanner);
  }
}

function readObject(scanner: Scanner, depth: number): JsonValue {
  enter(scanner, depth);
  const object: Record<string, JsonValue> = {};
  const outer = scanner.key;
  if (scanner.closes(0x7d)) return object;
  do {
    scanner.skipSpace();
    readMember(scanner, object, depth);
  } while (scanner.continues(0x7d, '`,` or `}`'));
  scanner.key = outer;
  return object;
}

function readMember(scanner: Scanner, object: Record<string, JsonValue>, depth: number): void {
  const start = scanner.at;
  if (scanner.text.charCodeAt(start) !== 0x22) throw scanner.error('expected a key in double quotes');
  const key = readString(scanner);
  if (Object.hasOwn(object, key)) noteRepeated(scanner, key, start);
  scanner.skipSpace();
  if (scanner.text.charCodeAt(scanner.at) !== 0x3a) throw scanner.error('expected `:` after a key');
  scanner.at += 1;
  scanner.skipSpace();
  scanner.key = key;
  setOwn(object, key, readValue(scanner, depth));
}

function noteRepeated(scanner: Scanner, key: string, start: number): void {
  const place = scanner.place(start);
  if (!scanner.repeated) throw new JsonError(`duplicate key ${JSON.stringify(key)} at ${place}`);
  scanner.repeated.push(place);
}

function readArray(scanner: Scanner, depth: number): JsonValue {
  enter(scanner, depth);
  const items: JsonValue[] = [];
  if (scanner.closes(0x5d)) return items;
  do {
    scanner.skipSpace();
    items.push(readValue(scanner, depth));
  } while (scanner.continues(0x5d, '`,` or `]`'));
  return items;
}

function enter(scanner: Scanner, depth: number): void {
  if (depth > jsonDepthMax) throw scanner.error(`more than ${jsonDepthMax} levels of nesting`);
  scanner.at += 1;
}

function readString(scanner: Scanner): string {
  const start = scanner.at;
  const text = scanner.string();
  if (text.includes('\0')) throw scanner.error('a string contains the NUL character', start);
  if (!text.isWellFormed()) throw scanner.error('a string contains half of a surrogate pair', start);
  return text;
}

function readNumber(scanner: Scanner): number {
  const start = scanner.at;
  const literal = scanner.number();
  const value = Number(literal);
  if (!isExactNumber(literal, value)) {
    throw scanner.error(`the number ${literal} would be stored as ${value}`, start);
  }
  return value === 0 ? 0 : value;
}
