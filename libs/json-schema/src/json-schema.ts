import { createHash } from 'node:crypto';
import type { ValidateFunction } from 'ajv';
import { dialectOf, newAjv, whatIsWrong } from './dialect.ts';
import { JsonSchemaError } from './json-schema-error.ts';
import { plainSchema } from './plain-schema.ts';
import { wordsFor } from './wording.ts';

export { JsonSchemaError };

/** A schema of the configuration, compiled. */
export interface JsonSchema {
  /**
   * What is wrong with a value, in short words that name the place; undefined where nothing is. Defaults of the schema are
   * filled into the value itself. Nothing is coerced.
   */
  check(value: unknown): string | undefined;
  /** Whether the schema has defaults, so that `check` may change the value. */
  readonly fillsDefaults: boolean;
}

/** Compiled schemas that are kept: routes that say the same share one. */
const keptMax = 200;
const kept = new Map<string, JsonSchema>();

/**
 * Compiles a JSON schema of drafts 4 to 2020-12; `$schema` chooses, draft 7 without it. What it refers to must be in itself.
 * Patterns run in linear time. Throws a `JsonSchemaError`. Costs milliseconds: for `setup`, not for requests.
 */
export function compileJsonSchema(schema: unknown): JsonSchema {
  const plain = plainSchema(schema);
  const key = createHash('sha256')
    .update(JSON.stringify([dialectOf(schema), plain.schema]))
    .digest('base64');
  const known = kept.get(key);
  if (known) return known;
  const compiled = compile(schema, plain);
  const [oldest] = kept.keys();
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest);
  kept.set(key, compiled);
  return compiled;
}

/** What is wrong with a JSON schema; undefined where it can be used. */
export function checkJsonSchema(schema: unknown): string | undefined {
  try {
    compileJsonSchema(schema);
    return undefined;
  } catch (error) {
    if (error instanceof JsonSchemaError) return error.message;
    throw error;
  }
}

function compile(source: unknown, { schema, hasDefaults }: ReturnType<typeof plainSchema>): JsonSchema {
  const dialect = dialectOf(source);
  const wrong = whatIsWrong(dialect, schema);
  if (wrong !== undefined) throw new JsonSchemaError(wrong);
  const validate = validatorOf(() => newAjv(dialect).compile(schema));
  return { fillsDefaults: hasDefaults, check: (value) => problemWith(validate, value) };
}

function validatorOf(make: () => ValidateFunction): ValidateFunction {
  try {
    return make();
  } catch (error) {
    throw new JsonSchemaError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function problemWith(validate: ValidateFunction, value: unknown): string | undefined {
  try {
    if (validate(value)) return undefined;
  } catch (error) {
    // A schema that refers to itself follows a value as deep as it goes.
    if (error instanceof RangeError) return 'nested too deeply';
    throw error;
  }
  // A keyword with branches comes after what its branches say.
  const error = validate.errors?.at(-1);
  // What was checked is somebody's request, which must not be kept.
  validate.errors = null;
  return error ? wordsFor(error, value) : 'does not match';
}
