import { equalJson, isJsonObject } from '../json/json-value.ts';
import type { Keywords } from './compile.ts';
import type { Visit } from './run.ts';

/** The name of a value's type in messages. Clients know it from Lua, where objects and arrays are tables and null is userdata. */
export function typeName(value: unknown): string {
  if (value === null) return 'userdata';
  if (value === undefined) return 'nil';
  return typeof value === 'object' ? 'table' : typeof value;
}

const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isJsonObject,
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  table: (value) => typeof value === 'object' && value !== null,
};

/** Checks `type`, one or a list; undefined where the schema names none. */
export function typeTest(type: unknown): Visit | undefined {
  if (type === 'array') return arrayType;
  if (typeof type === 'string') return oneType(type);
  if (!Array.isArray(type)) return undefined;
  const accepted = type.map((name) => testOf(String(name)));
  const message = `wrong type: expected one of ${type.join(', ')}, got `;
  return (value, run) => {
    if (!accepted.some((test) => test(value))) run.fail(message + typeName(value));
    return value;
  };
}

function oneType(type: string): Visit {
  const test = testOf(type);
  const message = `wrong type: expected ${type}, got `;
  return (value, run) => {
    if (!test(value)) run.fail(message + typeName(value));
    return value;
  };
}

/** Lua has one kind of empty table, so its clients write `{}` for an empty array, which is accepted and put right. */
const arrayType: Visit = (value, run) => {
  if (Array.isArray(value)) return value;
  if (isJsonObject(value) && Object.keys(value).length === 0) return [];
  run.fail(`wrong type: expected array, got ${typeName(value)}`);
  return value;
};

function testOf(type: string): (value: unknown) => boolean {
  const test = tests[type];
  if (!test) throw new TypeError(`invalid JSON type: ${type}`);
  return test;
}

/** `enum` and `const`. */
export const enumKeywords: Keywords = (schema) => {
  const visits: Visit[] = [];
  if (Array.isArray(schema['enum'])) visits.push(member(schema['enum'], 'matches none of the enum values'));
  if (schema['const'] !== undefined) visits.push(member([schema['const']], 'failed to check const value'));
  return visits;
};

function member(values: readonly unknown[], message: string): Visit {
  const scalars = new Set(values.filter((value) => typeof value !== 'object' || value === null));
  const others = values.filter((value) => typeof value === 'object' && value !== null);
  return (value, run) => {
    if (!scalars.has(value) && !others.some((other) => equalJson(other, value))) run.fail(message);
    return value;
  };
}
