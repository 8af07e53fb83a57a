import { readFileSync } from 'node:fs';
import { checkExpression, checkPattern } from '@sluice/expr';
import { checkFunction } from '@sluice/functions';
import { checkProto } from '@sluice/proto';
import { checkJsonSchema } from '@sluice/json-schema';
import {
  checkAll,
  checkPluginsOf,
  getPointer,
  isJsonObject,
  kinds,
  parentIdOf,
  type PluginSchema,
  pointerKeys,
  type ResourceKind,
  type RuleHooks,
  secretPatterns,
  secretPointers,
  warningsOf,
} from '@sluice/schema';
import { type CacheSettings, checkCacheZone } from '@sluice/settings';
import { checkTemplate } from '@sluice/templates';
import {
  type ConfigFile,
  disagreements,
  type FileProblem,
  type FileResource,
  leftOut,
  readConfigFile,
  redactedFields,
} from '@sluice/sync/file';
import { unsetFields } from './unset-fields.ts';

/** What came of a check: lines to print, and whether the file can be served. */
export interface CheckReport {
  readonly lines: readonly string[];
  readonly isSound: boolean;
}

/** What a check needs to know beside the file. */
export interface CheckContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  lookup(plugin: string): PluginSchema | undefined;
  /** The zones that plugins may name; not looked at without it. */
  readonly cache?: CacheSettings;
}

/** Where in a resource something is wrong. */
interface Finding {
  readonly message: string;
  /** JSON pointer below the resource. */
  readonly field: string;
}

const hooks = {
  checkVars: checkExpression,
  checkPattern,
  checkFunction,
  checkProto,
  checkSchema: checkJsonSchema,
  checkTemplate,
};

/** Checks a standalone file and answers everything that is wrong with it at once, each with its line. */
export function checkFile(path: string, context: CheckContext): CheckReport {
  const file = readConfigFile(readFileSync(path, 'utf8'), {
    isJson: path.endsWith('.json'),
    env: context.env,
    passesRedactions: true,
  });
  const known = new Set(file.resources.map(({ kind, id }) => `${kind}/${id}`));
  const found = file.resources.flatMap((resource) =>
    findings(resource, known, context).map(({ message, field }) => {
      const keys = [...resource.keys, ...pointerKeys(field)];
      return { message, line: file.lineOf(keys), path: keys.join('.') };
    }),
  );
  const problems: readonly FileProblem[] = [
    ...file.problems,
    ...found,
    ...disagreements(file, context.lookup),
    ...unsetFields(file, context.lookup),
  ];
  if (problems.length === 0) {
    const unserved = file.resources.flatMap(({ kind, keys }) => warningsAt(kind, keys, file));
    const redactions = file.resources.flatMap((resource) => redactionsAt(resource, file));
    const warnings = [...unserved, ...redactions];
    const summary = `${path}: ${file.resources.length} resources, ${verdict(redactions.length)}`;
    return { lines: [...warnings.map((warning) => lineFor(path, warning)), summary], isSound: true };
  }
  const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { lines: sorted.map((problem) => lineFor(path, problem)), isSound: false };
}

/** An export without secrets is in order as far as it goes. */
function verdict(redactions: number): string {
  if (redactions === 0) return 'nothing is wrong';
  return `nothing is wrong, but ${redactions} secrets have to be filled in before it can be served`;
}

function redactionsAt({ value, keys }: FileResource, { lineOf }: Pick<ConfigFile, 'lineOf'>): FileProblem[] {
  return redactedFields(value).map((field) => {
    const place = [...keys, ...field];
    return { message: `remark: ${leftOut}`, line: lineOf(place), path: place.join('.') };
  });
}

/** What is stored and does nothing is no reason to refuse a file, and none to be silent. */
function warningsAt(kind: string, keys: FileResource['keys'], { lineOf }: Pick<ConfigFile, 'lineOf'>): FileProblem[] {
  return warningsOf(kind).map((warning) => ({
    message: `warning: ${warning}`,
    line: lineOf(keys),
    path: keys.join('.'),
  }));
}

function lineFor(path: string, { line, path: place, message }: FileProblem): string {
  return `${path}${line === undefined ? '' : `:${line}`}: ${place === undefined ? '' : `${place}: `}${message}`;
}

function findings(
  { kind: name, id, value }: FileResource,
  known: ReadonlySet<string>,
  context: CheckContext,
): Finding[] {
  const kind = kinds.get(name);
  if (kind === undefined) return [];
  const before = kind.preChecks?.(value, hooks);
  if (before !== undefined) return [clean({ message: before, field: '' }, kind, value, context)];
  const issues = checkAll(kind.schema, value).map(({ path, reason }) => ({ message: reason, field: path }));
  const after = issues.length > 0 ? undefined : kind.extraChecks?.(value, hooks);
  const rules = after === undefined ? [] : [{ message: after, field: '' }];
  const references = [...missing(kind, value, known), ...missingParent(kind, id, known)];
  const all = [...issues, ...rules, ...pluginFindings(kind, value, context), ...references];
  return all.map((finding) => clean(finding, kind, value, context));
}

/** Each plugin by itself: the check of all of them ends with the first that is wrong. */
function pluginFindings(kind: ResourceKind, value: FileResource['value'], { lookup, cache }: CheckContext): Finding[] {
  const checkZone: RuleHooks['checkCacheZone'] = (zone, strategy) => cache && checkCacheZone(cache, zone, strategy);
  const { plugins } = value;
  const each = isJsonObject(plugins) ? Object.entries(plugins) : [];
  const values =
    kind.name === 'plugin_metadata' ? [value] : each.map(([name, conf]) => ({ ...value, plugins: { [name]: conf } }));
  return values.flatMap((one) => {
    const issue = checkPluginsOf(kind, one, lookup, { ...hooks, checkCacheZone: checkZone });
    return issue === undefined ? [] : [{ message: issue.message, field: issue.path }];
  });
}

function missing(kind: ResourceKind, value: FileResource['value'], known: ReadonlySet<string>): Finding[] {
  return Object.entries(kind.references).flatMap(([field, target]) => {
    const pointer = `/${field.replaceAll('.', '/')}`;
    const id = getPointer(value, pointer);
    if (typeof id !== 'string' && typeof id !== 'number') return [];
    return known.has(`${target}/${id}`) ? [] : [{ message: `there is no ${target} ${id}`, field: pointer }];
  });
}

function missingParent(kind: ResourceKind, id: string, known: ReadonlySet<string>): Finding[] {
  const parent = kind.parent && `${kind.parent.kind} ${parentIdOf(kind, id)}`;
  return parent === null || known.has(parent.replace(' ', '/'))
    ? []
    : [{ message: `there is no ${parent}`, field: '' }];
}

/** Messages quote what they refuse; what is secret must not end up in the log of whoever runs this. */
function clean(
  { message, field }: Finding,
  kind: ResourceKind,
  value: FileResource['value'],
  { lookup }: CheckContext,
) {
  let text = message;
  for (const pointer of secretPointers(value, secretPatterns(kind, value, lookup))) {
    const secret = getPointer(value, pointer);
    if (typeof secret === 'string' && secret !== '') text = text.replaceAll(secret, '***');
  }
  return { message: text, field };
}
