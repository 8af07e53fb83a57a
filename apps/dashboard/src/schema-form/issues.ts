import { getPointer, isJsonObject, pointerKeys, pointerOf, redacted } from '@sluice/schema';
import type { Issue } from '../api/errors.ts';
import { fieldOf, fieldsOf, valueSchemaOf } from './fields.ts';
import { isWithin } from './json.ts';
import { alternativesOf, isRequired, type PresenceIssue, presenceIssues } from './presence.ts';
import { type Accepts, effectiveSchema, type Schema, typeOf, variantsOf } from './schema.ts';

/** Checks a value against a schema. */
export type CheckAll = (schema: Schema, value: unknown) => readonly FoundIssue[];

interface FoundIssue extends Issue {
  /** The innermost part of the message. */
  readonly reason?: string;
}

/** What a schema has against a value, in words for the form: which fields are missing instead of which rule failed. */
export function issuesOf(schema: Schema, value: unknown, checkAll: CheckAll): Issue[] {
  const accepts: Accepts = (part, at) => checkAll(part, at).length === 0;
  const presence = collectPresence(schema, value, '', accepts);
  const explained = new Set(presence.map(({ object }) => object));
  const found = checkAll(schema, value)
    // A kept secret was valid when it was stored; only its placeholder may not look so.
    .filter((issue) => getPointer(value, issue.path) !== redacted)
    // The rule about present fields is already told in better words at the same place.
    .filter((issue) => !(explained.has(issue.path) && isJsonObject(getPointer(value, issue.path))))
    .flatMap((issue) => refined(issue, schema, value, checkAll))
    .map(({ path, message, reason }) => ({
      path,
      message: isBlank(getPointer(value, path)) ? isRequired : inPlainWords(reason ?? message, schemaAt(schema, path)),
    }));
  return unique([...presence.map(({ path, message }) => ({ path, message })), ...found]);
}

/** A value that fits none of several shapes is told what its own shape has against it. */
function refined(issue: FoundIssue, schema: Schema, value: unknown, checkAll: CheckAll): readonly FoundIssue[] {
  const place = schemaAt(schema, issue.path);
  const offending = getPointer(value, issue.path);
  const shape = variantFor(place, offending);
  const inner = shape === place ? [] : checkAll(shape, offending);
  return inner.length > 0 ? inner.map((found) => ({ ...found, path: issue.path + found.path })) : [issue];
}

/** The schema of the value at a pointer, as far as the schema speaks of it; of several shapes, that which has parts. */
function schemaAt(schema: Schema, pointer: string): Schema {
  return pointerKeys(pointer).reduce((at: Schema, key) => {
    const { properties, items } = structured(at);
    return properties?.[key] ?? items ?? valueSchemaOf(at) ?? {};
  }, schema);
}

/** An item that was added and not filled in; what its schema has against no text is that it is none. */
function isBlank(value: unknown): boolean {
  return value === '';
}

/** What is expected, in the schema's words where it has any: a pattern says nothing to most people. */
function inPlainWords(reason: string, { description }: Schema): string {
  if (/^property ".*" is required$/.test(reason)) return isRequired;
  const isOfForm = /^failed to match pattern |^object matches none of the required$|^expect valid .* format/.test(
    reason,
  );
  if (isOfForm && description !== undefined) return `Does not fit. Expected: ${description.replaceAll('`', '')}`;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

interface FoundPresence extends Issue {
  /** Where the object stands whose fields are wrong. */
  readonly object: string;
}

function collectPresence(schema: Schema, value: unknown, path: string, accepts: Accepts): FoundPresence[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, i) => collectPresence(items, item, `${path}/${i}`, accepts)) : [];
  }
  if (!isJsonObject(value)) return [];
  const effective = effectiveSchema(variantFor(schema, value), value, accepts);
  const titleOf = (key: string) => fieldOf(key, effective.properties?.[key] ?? {}).title;
  const issues = [...presenceIssues(alternativesOf(effective), value, titleOf), ...missingFields(effective, value)];
  const own = issues.map(({ key, message }) => ({ object: path, path: path + pointerOf([key]), message }));
  const nested = Object.entries(effective.properties ?? {}).flatMap(([key, property]) =>
    collectPresence(property, value[key], path + pointerOf([key]), accepts),
  );
  return [...own, ...nested];
}

/** A rule with a condition names the first field that it misses; a form marks all of them. */
function missingFields(schema: Schema, value: Readonly<Record<string, unknown>>): PresenceIssue[] {
  return fieldsOf(schema)
    .filter(({ key, required }) => required && value[key] === undefined)
    .map(({ key }) => ({ key, message: isRequired }));
}

function variantFor(schema: Schema, value: unknown): Schema {
  const type = Array.isArray(value) ? 'array' : typeof value;
  return variantsOf(schema).find((variant) => typeOf(variant) === type) ?? schema;
}

function unique(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()];
}

/** The issues of a part of a value, with paths relative to it. */
export function issuesWithin(issues: readonly Issue[], pointer: string): Issue[] {
  return issues
    .filter(({ path }) => isWithin(path, pointer))
    .map(({ path, message }) => ({ path: path.slice(pointer.length), message }));
}

/** What is wrong with a part of a value that has no field of its own, and which part it is. */
export function itemIssue(issues: readonly Issue[], pointer: string, value: unknown): string | undefined {
  const issue = issues.find(({ path }) => path !== pointer && isWithin(path, pointer));
  if (!issue) return undefined;
  const place = issue.path.slice(pointer.length);
  const part = getPointer(value, place);
  return typeof part === 'string' || typeof part === 'number'
    ? `“${part}”: ${issue.message}`
    : `${pointerKeys(place).join(' › ')}: ${issue.message}`;
}

/** The same issues as seen from outside, where the value they are about stands at `pointer`. */
export function issuesAt(issues: readonly Issue[], pointer: string): Issue[] {
  return issues.map(({ path, message }) => ({ path: pointer + path, message }));
}

/** A pointer in words for a summary: the titles of the fields that lead to it. */
export function describePointer(schema: Schema, pointer: string): string {
  const words: string[] = [];
  let at: Schema = schema;
  for (const key of pointerKeys(pointer)) {
    const property = at.properties?.[key];
    words.push(property?.title ?? (at.items ? `#${Number(key) + 1}` : key));
    at = structured(property ?? at.items ?? {});
  }
  return words.join(' › ');
}

/** Of several shapes, the one that has parts to go into. */
function structured(schema: Schema): Schema {
  return variantsOf(schema).find(({ properties, items }) => properties ?? items) ?? schema;
}
