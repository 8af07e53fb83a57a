import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, Options } from 'ajv';
import type * as Ajv7Module from 'ajv';
import type * as Ajv2019Module from 'ajv/dist/2019.js';
import type * as Ajv2020Module from 'ajv/dist/2020.js';
import { compilePattern } from '@sluice/expr';
import { isJsonObject } from '@sluice/schema';
import { JsonSchemaError } from './json-schema-error.ts';

/** The drafts that differ to the compiler: 4 and 6 are read as 7. */
export type Dialect = '7' | '2019' | '2020';

const dialects: readonly (readonly [RegExp, Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/(?:draft-0[4-7]\/)?schema#?$/, '7'],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, '2019'],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, '2020'],
];

/** The dialect that a schema says it is written in. */
export function dialectOf(schema: unknown): Dialect {
  const named = isJsonObject(schema) ? schema['$schema'] : undefined;
  if (named === undefined) return '7';
  const found = dialects.find(([pattern]) => typeof named === 'string' && pattern.test(named));
  if (!found) throw new JsonSchemaError(`unknown "$schema": ${JSON.stringify(named)}`);
  return found[1];
}

// The compiler takes longer to load than most plugins altogether: nobody waits for it who has no schema.
const load = createRequire(import.meta.url);

type AjvClass = new (options: Options) => Ajv;

const classes: Readonly<Record<Dialect, () => AjvClass>> = {
  '7': () => (load('ajv') as typeof Ajv7Module).Ajv,
  '2019': () => (load('ajv/dist/2019.js') as typeof Ajv2019Module).Ajv2019 as unknown as AjvClass,
  '2020': () => (load('ajv/dist/2020.js') as typeof Ajv2020Module).Ajv2020 as unknown as AjvClass,
};

const linearPattern = Object.assign((pattern: string) => compilePattern(pattern), { code: 'linear' });

const shared: Options = { strict: false, logger: false, code: { regExp: linearPattern } };

/** A compiler for one schema, so that what schemas call themselves never meets. */
export function newAjv(dialect: Dialect): Ajv {
  const ajv = new (classes[dialect]())({
    ...shared,
    validateSchema: false,
    addUsedSchema: false,
    useDefaults: true,
    // Names such as `toString` are there only where the value itself has them.
    ownProperties: true,
    unicodeRegExp: false,
    // A definition that is used a thousand times is compiled once.
    inlineRefs: false,
    verbose: true,
  });
  (load('ajv-formats') as (ajv: Ajv) => unknown)(ajv);
  return ajv;
}

const checkers = new Map<Dialect, Ajv>();

/** What is wrong with a schema by the rules of its dialect; undefined where it follows them. */
export function whatIsWrong(dialect: Dialect, schema: Record<string, unknown> | boolean): string | undefined {
  const checker =
    checkers.get(dialect) ??
    new (classes[dialect]())({ ...shared, validateFormats: false, allErrors: true, verbose: true });
  checkers.set(dialect, checker);
  if (checker.validateSchema(schema) === true) return undefined;
  const errors = checker.errors ?? [];
  return typeProblem(errors) ?? firstProblem(errors);
}

/** A type that does not exist is the usual mistake, and clients know the words for it. */
function typeProblem(errors: readonly ErrorObject[]): string | undefined {
  const wrong = errors.find(({ instancePath, data }) => instancePath.endsWith('/type') && typeof data === 'string');
  return wrong && `invalid JSON type: ${String(wrong.data)}`;
}

function firstProblem([first]: readonly ErrorObject[]): string {
  return first
    ? `invalid schema at "${first.instancePath || '/'}": ${first.message ?? first.keyword}`
    : 'invalid schema';
}
