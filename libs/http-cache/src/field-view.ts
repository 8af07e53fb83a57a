import type { ReadableFields } from './freshness.ts';
import { fieldOf } from './stored-head.ts';

/** Header fields that nobody changes any more: name, value, name, value. Ask with names in lower case. */
export class FieldView implements ReadableFields {
  readonly #flat: readonly string[];

  constructor(flat: readonly string[]) {
    this.#flat = flat;
  }

  get(name: string): string | undefined {
    return fieldOf(this.#flat, name);
  }

  getAll(name: string): string[] {
    return this.#flat.filter((_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.#flat.length; i += 2) yield [this.#flat[i] ?? '', this.#flat[i + 1] ?? ''];
  }
}
