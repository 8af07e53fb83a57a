import { addressSet, isAddressRange } from './address-set.ts';
import { compilePattern, PatternError } from './pattern.ts';

/** Whether the value of a variable passes; undefined is an absent variable. */
export type Test = (left: unknown) => boolean;

/** Compiles the right side of a rule, or answers what is wrong with it. */
export type Operator = (right: unknown) => Test | string;

/** Every operator by its name in lower case. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['==', (right) => equal(right)],
  ['~=', (right) => not(equal(right))],
  ['>', numeric((left, right) => left > right)],
  ['>=', numeric((left, right) => left >= right)],
  ['<', numeric((left, right) => left < right)],
  ['<=', numeric((left, right) => left <= right)],
  ['~~', (right) => matches(right, '')],
  ['~*', (right) => matches(right, 'i')],
  ['in', isIn],
  ['has', has],
  ['ipmatch', ipMatch],
]);

/** The right side decides how to compare: as numbers, as text, or (null) for absence. */
function equal(right: unknown): Test {
  if (right === null || right === undefined) return (left) => left === undefined || left === null;
  if (typeof right === 'number') return (left) => toNumber(left) === right;
  if (typeof right === 'string')
    return (left) => left === right || (typeof left === 'number' && String(left) === right);
  return (left) => left === right;
}

function not(test: Test): Test {
  return (left) => !test(left);
}

function numeric(compare: (left: number, right: number) => boolean): Operator {
  return (right) => {
    const bound = toNumber(right);
    if (bound === undefined) return () => false;
    return (left) => {
      const value = toNumber(left);
      return value !== undefined && compare(value, bound);
    };
  };
}

/** Text is a number only if all of it is one; the empty text is none. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function matches(right: unknown, flags: string): Test | string {
  if (typeof right !== 'string') return 'invalid expression';
  try {
    const pattern = compilePattern(right, flags);
    return (left) => left !== undefined && left !== null && pattern.test(String(left));
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function isIn(right: unknown): Test | string {
  if (!Array.isArray(right)) return 'invalid expression';
  const texts = new Set(right.filter((item) => typeof item === 'string'));
  const others = right.filter((item) => typeof item !== 'string').map(equal);
  return (left) => texts.has(left as string) || others.some((test) => test(left));
}

function has(right: unknown): Test {
  const test = equal(right);
  return (left) => Array.isArray(left) && left.some(test);
}

function ipMatch(right: unknown): Test | string {
  const entries: readonly unknown[] = Array.isArray(right) ? right : [right];
  const bad = entries.find((entry) => typeof entry !== 'string' || !isAddressRange(entry));
  if (bad !== undefined) return `invalid ip address: ${String(bad)}`;
  const contains = addressSet(entries as readonly string[]);
  return (left) => typeof left === 'string' && contains(left);
}
