import { equalJson } from '../json/json-value.ts';
import type { Compile, Keywords } from './compile.ts';
import { pointerSegment, type Run, type Visit } from './run.ts';

/** `items`, its limits and `contains`; they have nothing to say about other types. */
export const arrayKeywords: Keywords = (schema, compile) => {
  const { minItems, maxItems, items, uniqueItems, contains } = schema;
  const visits: Visit[] = [];
  if (typeof minItems === 'number') visits.push(atLeast(minItems));
  if (typeof maxItems === 'number') visits.push(atMost(maxItems));
  if (Array.isArray(items)) visits.push(tuple(items, schema['additionalItems'], compile));
  else if (items !== undefined) visits.push(list(compile(items)));
  if (contains !== undefined) visits.push(containing(compile(contains)));
  if (uniqueItems === true) visits.push(unique);
  return visits;
};

function atLeast(min: number): Visit {
  return (value, run) => {
    if (Array.isArray(value) && value.length < min) run.fail(`expect array to have at least ${min} items`);
    return value;
  };
}

function atMost(max: number): Visit {
  return (value, run) => {
    if (Array.isArray(value) && value.length > max) run.fail(`expect array to have at most ${max} items`);
    return value;
  };
}

function list(visit: Visit): Visit {
  return (value, run) => (Array.isArray(value) ? eachItem(value, run, () => visit) : value);
}

function tuple(items: readonly unknown[], additional: unknown, compile: Compile): Visit {
  const visits = items.map((item) => compile(item));
  const rest = typeof additional === 'object' ? compile(additional) : undefined;
  return (value, run) => {
    if (!Array.isArray(value)) return value;
    if (additional === false && value.length > visits.length) run.fail('found unexpected extra items in array');
    return eachItem(value, run, (i) => visits[i] ?? rest);
  };
}

/** Visits items one by one; copies the array only when an item came back with defaults. */
function eachItem(items: readonly unknown[], run: Run, visitOf: (index: number) => Visit | undefined): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length && !run.isFull; i += 1) {
    const before = run.issues.length;
    const result = visitOf(i)?.(items[i], run) ?? items[i];
    if (run.issues.length > before) run.wrap(before, `failed to validate item ${i + 1}: `, pointerSegment(i));
    if (result !== items[i]) (copy ??= [...items])[i] = result;
  }
  return copy ?? items;
}

function containing(visit: Visit): Visit {
  return (value, run) => {
    if (Array.isArray(value) && !value.some((item) => run.accepts(visit, item))) run.fail('failed to check contains');
    return value;
  };
}

/** The message names the first item that repeats an earlier one. */
const unique: Visit = (value, run) => {
  if (!Array.isArray(value)) return value;
  const places = new Map<unknown, number>();
  for (const [i, item] of value.entries()) {
    const earlier = places.get(item) ?? equalBefore(value, i);
    if (earlier !== undefined) {
      run.fail(`expected unique items but items ${earlier + 1} and ${i + 1} are equal`, pointerSegment(i));
      return value;
    }
    places.set(item, i);
  }
  return value;
};

/** Only objects and arrays need comparing in depth; the map found everything else. */
function equalBefore(items: readonly unknown[], index: number): number | undefined {
  const item = items[index];
  if (typeof item !== 'object' || item === null) return undefined;
  const found = items.findIndex((other, i) => i < index && equalJson(other, item));
  return found < 0 ? undefined : found;
}
