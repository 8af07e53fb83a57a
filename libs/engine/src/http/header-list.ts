import type { HeaderFields, HeaderValue } from '@sluice/plugin-kit';
import { isFieldName, isFieldValue } from './field-name.ts';

/** Header fields over a flat array (name, value, name, value), which is copied before the first change. */
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
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) if (isSameName(flat[i], name)) return flat[i + 1];
    return undefined;
  }

  getAll(name: string): string[] {
    const values: string[] = [];
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) if (isSameName(flat[i], name)) values.push(flat[i + 1] ?? '');
    return values;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: HeaderValue): void {
    const values = typeof value === 'string' ? [value] : value;
    for (const line of values) checkField(name, line);
    const flat = this.#writable();
    const first = flat.findIndex((text, i) => i % 2 === 0 && isSameName(text, name));
    this.remove(name);
    const lines = values.flatMap((line) => [name, line]);
    this.#writable().splice(first < 0 ? flat.length : first, 0, ...lines);
  }

  append(name: string, value: string): void {
    checkField(name, value);
    this.#writable().push(name, value);
  }

  remove(name: string): void {
    if (!this.has(name)) return;
    this.removeWhere((other) => isSameName(other, name));
  }

  /** Takes out every field whose name the test accepts. */
  removeWhere(test: (name: string) => boolean): void {
    const kept: string[] = [];
    for (const [name, value] of this.entries()) if (!test(name)) kept.push(name, value);
    this.#flat = this.#own = kept;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] ?? '', flat[i + 1] ?? ''];
  }

  #writable(): string[] {
    if (this.#own === null) this.#flat = this.#own = [...this.#flat];
    return this.#own;
  }
}

function isSameName(name: string | undefined, other: string): boolean {
  if (name === undefined || name.length !== other.length) return false;
  return name === other || name.toLowerCase() === other.toLowerCase();
}

/** A CR, LF or NUL would end the field and begin another message. */
function checkField(name: string, value: string): void {
  if (!isFieldName(name)) throw new TypeError('A header name has characters that are not allowed.');
  if (!isFieldValue(value)) throw new TypeError(`The value of the header ${name} has characters that are not allowed.`);
}
