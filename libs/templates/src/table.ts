import { isJsonObject } from '@sluice/schema';

/** What a key of a table may be. */
export type TableKey = string | number | boolean;

/** A table of the template language: a list that is counted from 1, and fields. Nothing in it can reach a prototype. */
export class Table {
  readonly #list: unknown[];
  readonly #fields = new Map<TableKey, unknown>();
  /** Whether it is a list also while it is empty. */
  readonly isList: boolean;
  #lent: Readonly<Record<string, unknown>> = {};

  constructor(list: readonly unknown[] = [], isList = false) {
    this.#list = [...list];
    this.isList = isList;
  }

  get(key: unknown): unknown {
    if (typeof key === 'number' && key >= 1 && key <= this.#list.length) return this.#list[key - 1];
    const held = this.#fields.get(key as TableKey);
    if (held !== undefined || typeof key !== 'string') return held;
    return Object.hasOwn(this.#lent, key) ? this.#lent[key] : undefined;
  }

  /** Lets more be found in it, which is not of it: neither gone through nor written. */
  lend(values: Readonly<Record<string, unknown>>): void {
    this.#lent = values;
  }

  /** Undefined takes the field away. */
  set(key: TableKey, value: unknown): void {
    const { length } = this.#list;
    if (typeof key === 'number' && Number.isInteger(key) && key >= 1 && key <= length + 1) this.#setItem(key, value);
    else if (value === undefined) this.#fields.delete(key);
    else this.#fields.set(key, value);
  }

  insert(position: number, value: unknown): void {
    this.#list.splice(position - 1, 0, value);
  }

  remove(position: number): unknown {
    return this.#list.splice(position - 1, 1)[0];
  }

  get length(): number {
    return this.#list.length;
  }

  get list(): readonly unknown[] {
    return this.#list;
  }

  /** List first, then fields in the order in which they came. */
  *entries(): IterableIterator<[TableKey, unknown]> {
    for (const [i, item] of this.#list.entries()) if (item !== undefined) yield [i + 1, item];
    yield* this.#fields;
  }

  get isEmpty(): boolean {
    return this.#list.length === 0 && this.#fields.size === 0;
  }

  /** Whether it has keys that a list has not. */
  get hasFields(): boolean {
    return this.#fields.size > 0;
  }

  #setItem(key: number, value: unknown): void {
    const list = this.#list;
    if (value !== undefined) list[key - 1] = value;
    else if (key <= list.length) list[key - 1] = undefined;
    while (list.length > 0 && list.at(-1) === undefined) list.pop();
    // What was put behind a gap joins the list when the gap closes.
    for (let next = list.length + 1; this.#fields.has(next); next += 1) {
      list.push(this.#fields.get(next));
      this.#fields.delete(next);
    }
  }
}

/** What JSON says, in tables. */
export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return new Table(value.map(fromJson), true);
  if (!isJsonObject(value)) return value;
  const table = new Table();
  for (const [key, held] of Object.entries(value)) table.set(key, fromJson(held));
  return table;
}

/** The JSON of a value; a table is a list where it has no other keys. Throws where a table holds itself. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(plainOf(value, 0)) ?? 'null';
}

const depthMax = 1000;

function plainOf(value: unknown, depth: number): unknown {
  if (value === undefined || typeof value === 'function') return null;
  if (!(value instanceof Table)) return value;
  if (depth > depthMax) throw new RangeError('a table is nested too deeply');
  if (!value.hasFields && (value.length > 0 || value.isList)) return value.list.map((item) => plainOf(item, depth + 1));
  return Object.fromEntries([...value.entries()].map(([key, held]) => [String(key), plainOf(held, depth + 1)]));
}
