import { Refusal } from './refusal.ts';

/** The query of a request; a parameter that is repeated is refused where it is read. */
export type RequestQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Bounds and usual value of a whole number in a query. */
export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

/** A text of the query; undefined where it is absent or empty. */
export function queryText(query: RequestQuery, name: string): string | undefined {
  const value = query[name];
  if (value !== undefined && typeof value !== 'string') throw invalid(name, 'is given more than once');
  return value === '' ? undefined : value;
}

/** A whole number of the query, within bounds. */
export function queryInteger(query: RequestQuery, name: string, { min, max, usual }: IntegerBounds): number {
  const text = queryText(query, name);
  if (text === undefined) return usual;
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(name, `must be a whole number from ${min} to ${max}`);
}

/** One of some words of the query; undefined where it is absent. */
export function queryChoice<const W extends string>(
  query: RequestQuery,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = queryText(query, name);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw invalid(name, `must be one of ${words.join(', ')}`);
  return word;
}

/** A switch of the query: `true` or `1`, `false` or `0`; off where it is absent. */
export function queryFlag(query: RequestQuery, name: string): boolean {
  const word = queryChoice(query, name, ['true', '1', 'false', '0']);
  return word === 'true' || word === '1';
}

function invalid(name: string, reason: string): Refusal {
  return new Refusal('INVALID', `The query parameter ${name} ${reason}.`);
}
