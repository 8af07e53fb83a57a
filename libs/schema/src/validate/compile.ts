import { arrayKeywords } from './array-keywords.ts';
import { branchKeywords } from './branch-keywords.ts';
import { enumKeywords, typeTest } from './type-keywords.ts';
import { numberKeywords } from './number-keywords.ts';
import { objectKeywords } from './object-keywords.ts';
import { isSecretReference } from './secret-reference.ts';
import { stringKeywords } from './string-keywords.ts';
import type { Visit } from './run.ts';

/** A schema as the compiler reads it: any keyword, nothing known yet. */
export type RawSchema = Readonly<Record<string, unknown>>;

/** Compiles a sub-schema; a boolean is a schema too. */
export type Compile = (schema: unknown) => Visit;

/** The checks that one group of keywords asks for. */
export type Keywords = (schema: RawSchema, compile: Compile) => Visit[];

/** The order decides which of several issues is reported first, so it must not change. */
const groups: readonly Keywords[] = [
  objectKeywords,
  arrayKeywords,
  stringKeywords,
  numberKeywords,
  enumKeywords,
  branchKeywords,
];

const cache = new WeakMap<object, Visit>();
const pass: Visit = (value) => value;
const refuse: Visit = (value, run) => {
  run.fail('no value is allowed here');
  return value;
};

/** The visitor of a schema, compiled on first use and kept as long as the schema lives. */
export function compiled(schema: unknown): Visit {
  if (schema === false) return refuse;
  if (typeof schema !== 'object' || schema === null) return pass;
  const known = cache.get(schema);
  if (known) return known;
  const visit = compileSchema(schema as RawSchema);
  cache.set(schema, visit);
  return visit;
}

function compileSchema(schema: RawSchema): Visit {
  const steps = groups.flatMap((keywords) => keywords(schema, compiled));
  const test = typeTest(schema['type']);
  const visit = test ? withType(test, steps) : inOrder(steps);
  const allowsReference = schema['type'] === undefined || schema['type'] === 'string';
  if (!allowsReference || (!test && steps.length === 0)) return visit;
  return (value, run) => (typeof value === 'string' && isSecretReference(value) ? value : visit(value, run));
}

/** Nothing else is said about a value of the wrong type. */
function withType(test: Visit, steps: readonly Visit[]): Visit {
  const rest = inOrder(steps);
  return (value, run) => {
    const before = run.issues.length;
    const typed = test(value, run);
    return run.issues.length > before ? value : rest(typed, run);
  };
}

function inOrder(steps: readonly Visit[]): Visit {
  const [first, second] = steps;
  if (!first) return pass;
  if (!second) return first;
  return (value, run) => {
    let current = value;
    for (const step of steps) {
      current = step(current, run);
      if (run.isFull) return current;
    }
    return current;
  };
}
