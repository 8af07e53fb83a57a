import { isNamed } from './field-name.ts';

/**
 * What to do about fields, by name. Asked for each field of each message: by the length of the name first, which passes
 * over most fields without looking at a letter and never makes a name lower case.
 */
export class FieldTable<T> {
  readonly #names: string[][] = [];
  readonly #values: T[][] = [];

  /** Names in lower case. */
  constructor(entries: Readonly<Record<string, T>>) {
    for (const [name, value] of Object.entries(entries)) {
      (this.#names[name.length] ??= []).push(name);
      (this.#values[name.length] ??= []).push(value);
    }
  }

  find(name: string): T | undefined {
    const { length } = name;
    const names = this.#names[length];
    if (names === undefined) return undefined;
    for (let i = 0; i < names.length; i += 1) if (isNamed(name, names[i] as string)) return this.#values[length]?.[i];
    return undefined;
  }
}
