import type { HeaderFields, HeaderValue } from '@sluice/plugin-kit';
import { isOfConnection } from './connection-field.ts';
import { isFieldName, isFieldValue } from './field-name.ts';

/**
 * Header fields over a flat array (name, value, name, value), which is copied before the first change. Fields of the
 * connection are never written by plugins: a second word about where a body ends would split the message.
 */
export class HeaderList implements HeaderFields {
  #flat: readonly string[];
  #own: string[] | null = null;

  constructor(flat: readonly string[]) {
    this.#flat = flat;
  }

  /** Name, value, name, value. Do not change it. */
  get flat(): readonly string[] {
    return this.#flat;
  }

  /** Whether anything was written since the message came in. */
  get isChanged(): boolean {
    return this.#own !== null;
  }

  get(name: string): string | undefined {
    const at = indexOf(this.#flat, name, 0);
    return at < 0 ? undefined : this.#flat[at + 1];
  }

  getAll(name: string): string[] {
    const values: string[] = [];
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) if (isSameName(flat[i], name)) values.push(flat[i + 1] ?? '');
    return values;
  }

  has(name: string): boolean {
    return indexOf(this.#flat, name, 0) >= 0;
  }

  set(name: string, value: HeaderValue): void {
    if (isOfConnection(name)) return;
    if (typeof value !== 'string') return this.#setAll(name, value);
    checkField(name, value);
    const flat = this.#writable();
    const at = indexOf(flat, name, 0);
    if (at < 0) {
      flat.push(name, value);
      return;
    }
    flat[at] = name;
    flat[at + 1] = value;
    takeOut(flat, name, at + 2);
  }

  append(name: string, value: string): void {
    if (isOfConnection(name)) return;
    checkField(name, value);
    this.#writable().push(name, value);
  }

  remove(name: string): void {
    const at = indexOf(this.#flat, name, 0);
    if (at >= 0) takeOut(this.#writable(), name, at);
  }

  /** Takes out every field whose name the test accepts. */
  removeWhere(test: (name: string) => boolean): void {
    const kept: string[] = [];
    for (const [name, value] of this.entries()) if (!test(name)) kept.push(name, value);
    if (kept.length < this.#flat.length) this.#flat = this.#own = kept;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] ?? '', flat[i + 1] ?? ''];
  }

  #setAll(name: string, values: readonly string[]): void {
    for (const line of values) checkField(name, line);
    const flat = this.#writable();
    const at = indexOf(flat, name, 0);
    takeOut(flat, name, Math.max(at, 0));
    flat.splice(at < 0 ? flat.length : at, 0, ...values.flatMap((line) => [name, line]));
  }

  #writable(): string[] {
    if (this.#own === null) this.#flat = this.#own = this.#flat.slice();
    return this.#own;
  }
}

/** Where the first field of this name stands, from a place on; -1 for nowhere. */
function indexOf(flat: readonly string[], name: string, from: number): number {
  for (let i = from; i < flat.length; i += 2) if (isSameName(flat[i], name)) return i;
  return -1;
}

/** Takes all fields of this name out, from a place on; the others move up. */
function takeOut(flat: string[], name: string, from: number): void {
  let at = indexOf(flat, name, from);
  if (at < 0) return;
  for (let i = at + 2; i < flat.length; i += 2) {
    if (isSameName(flat[i], name)) continue;
    flat[at] = flat[i] as string;
    flat[at + 1] = flat[i + 1] as string;
    at += 2;
  }
  flat.length = at;
}

/** Compares without making lower case of either: nearly all names of one length differ early. */
function isSameName(name: string | undefined, other: string): boolean {
  if (name === undefined || name.length !== other.length) return false;
  if (name === other) return true;
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    const wanted = other.charCodeAt(i);
    if (code !== wanted && lowered(code) !== lowered(wanted)) return false;
  }
  return true;
}

function lowered(code: number): number {
  return code >= 65 && code <= 90 ? code | 32 : code;
}

/** A CR, LF or NUL would end the field and begin another message. */
function checkField(name: string, value: string): void {
  if (!isFieldName(name)) throw new TypeError('A header name has characters that are not allowed.');
  if (!isFieldValue(value)) throw new TypeError(`The value of the header ${name} has characters that are not allowed.`);
}
