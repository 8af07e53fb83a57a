import type { Static, TSchema } from 'typebox';
import { copyJson } from '../json/json-value.ts';
import { compiled } from './compile.ts';
import { SchemaError, type SchemaIssue } from './issue.ts';
import { Run } from './run.ts';

/** The most issues that `checkAll` reports. */
export const issuesMax = 50;

/** The first issue that a schema has with a value, or undefined. Defaults count as present. */
export function check(schema: TSchema, value: unknown): SchemaIssue | undefined {
  const run = new Run(1);
  compiled(schema)(value, run);
  return run.issues[0];
}

/** Every issue that a schema has with a value, at most 50, for a form that marks all fields at once. */
export function checkAll(schema: TSchema, value: unknown): SchemaIssue[] {
  const run = new Run(issuesMax);
  compiled(schema)(value, run);
  return run.issues;
}

/** A deep copy with defaults filled, also those of the branches that apply. An invalid value is filled as far as possible. */
export function withDefaults<const S extends TSchema>(schema: S, value: unknown): Static<S> {
  return copyJson(compiled(schema)(value, new Run(Infinity))) as Static<S>;
}

/** The only door for outside data: a typed deep copy with defaults filled, or a SchemaError that names the field. */
export function parse<const S extends TSchema>(schema: S, value: unknown): Static<S> {
  const run = new Run(1);
  const filled = compiled(schema)(value, run);
  const [issue] = run.issues;
  if (issue) throw new SchemaError(issue);
  return copyJson(filled) as Static<S>;
}
