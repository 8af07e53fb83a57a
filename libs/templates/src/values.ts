import { numberText } from '@sluice/schema';
import { Table, type TableKey } from './table.ts';
import { TemplateError } from './template-error.ts';

/** Characters of one text. */
export const textMax = 64 * 1024 * 1024;

/** Something of the host that a template can look into: by name, and never change. */
export interface HostObject {
  readonly isHostObject: true;
  index(key: string): unknown;
}

/** The name of a value's type. JSON's null is a value of its own, which counts as true. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nil';
  if (value === null || isHostObject(value)) return 'userdata';
  return value instanceof Table ? 'table' : typeof value;
}

/** Everything is true but `nil` and `false`, also 0 and the empty text. */
export function isTruthy(value: unknown): boolean {
  return value !== undefined && value !== false;
}

/** A value as text. Whole numbers are written out, others as `%.14g`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  return value === undefined ? 'nil' : typeName(value);
}

/** Longer texts are no numbers that anybody means. */
const numberTextMax = 400;
const numeral = /^\s*[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

/** A number, also one that is written as a text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > numberTextMax || !numeral.test(value)) return undefined;
  const text = value.trim();
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace(/^\+/, ''));
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  // The sign is that of the divisor.
  '%': (a, b) => a - Math.floor(a / b) * b,
  '^': (a, b) => a ** b,
};

/** Computes with numbers, and with texts that are numbers. */
export function compute(operator: string, a: unknown, b: unknown): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  const wrong = left === undefined ? a : b;
  if (left === undefined || right === undefined)
    throw new TemplateError(`attempt to perform arithmetic on a ${typeName(wrong)} value`);
  return operations[operator]?.(left, right) ?? 0;
}

/** Joins texts and numbers. */
export function concatenate(a: unknown, b: unknown): string {
  for (const value of [a, b])
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new TemplateError(`attempt to concatenate a ${typeName(value)} value`);
  const text = textOf(a) + textOf(b);
  if (text.length > textMax) throw new TemplateError('a text became too long');
  return text;
}

/** Whether a value comes before another: two numbers, or two texts. */
export function isLess(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  throw new TemplateError(`attempt to compare ${typeName(a)} with ${typeName(b)}`);
}

/** Characters of a text, items of a list. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Table) return value.length;
  throw new TemplateError(`attempt to get length of a ${typeName(value)} value`);
}

/** A field of a table or of something of the host. `what` names the table in the message where it is none. */
export function index(holder: unknown, key: unknown, what: string): unknown {
  if (holder instanceof Table) return holder.get(key);
  if (isHostObject(holder)) return typeof key === 'string' ? holder.index(key) : undefined;
  throw new TemplateError(`attempt to index a ${typeName(holder)} value${what}`);
}

/** Sets a field of a table. */
export function setIndex(holder: unknown, key: unknown, value: unknown): void {
  if (!(holder instanceof Table)) throw new TemplateError(`attempt to change a ${typeName(holder)} value`);
  if (!isKey(key)) throw new TemplateError(`a ${typeName(key)} value cannot be a key`);
  holder.set(key, value);
}

/** Whether something of the host is given to a template. */
export function isHostObject(value: unknown): value is HostObject {
  return typeof value === 'object' && value !== null && 'isHostObject' in value;
}

function isKey(key: unknown): key is TableKey {
  return typeof key === 'string' || typeof key === 'boolean' || (typeof key === 'number' && !Number.isNaN(key));
}

/** An argument that has to be a text; a number is one too. */
export function textArg(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return textOf(value);
  throw new TemplateError(`a text was expected, got ${typeName(value)}`);
}
