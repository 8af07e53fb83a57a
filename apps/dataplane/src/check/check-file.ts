import { readFileSync } from 'node:fs';
import { checkExpression, checkPattern } from '@sluice/expr';
import { checkFunction } from '@sluice/functions';
import {
  checkAll,
  checkPluginsOf,
  getPointer,
  isJsonObject,
  kinds,
  type PluginSchema,
  pointerKeys,
  type ResourceKind,
  secretPatterns,
  secretPointers,
} from '@sluice/schema';
import { type FileProblem, type FileResource, readConfigFile } from '@sluice/sync/file';

/** What came of a check: lines to print, and whether the file can be served. */
export interface CheckReport {
  readonly lines: readonly string[];
  readonly isSound: boolean;
}

/** What a check needs to know beside the file. */
export interface CheckContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  lookup(plugin: string): PluginSchema | undefined;
}

/** Where in a resource something is wrong. */
interface Finding {
  readonly message: string;
  /** JSON pointer below the resource. */
  readonly field: string;
}

const hooks = { checkVars: checkExpression, checkPattern, checkFunction };

/** Checks a standalone file and answers everything that is wrong with it at once, each with its line. */
export function checkFile(path: string, context: CheckContext): CheckReport {
  const file = readConfigFile(readFileSync(path, 'utf8'), { isJson: path.endsWith('.json'), env: context.env });
  const known = new Set(file.resources.map(({ kind, id }) => `${kind}/${id}`));
  const found = file.resources.flatMap((resource) =>
    findings(resource, known, context).map(({ message, field }) => {
      const keys = [...resource.keys, ...pointerKeys(field)];
      return { message, line: file.lineOf(keys), path: keys.join('.') };
    }),
  );
  const problems: readonly FileProblem[] = [...file.problems, ...found];
  if (problems.length === 0)
    return { lines: [`${path}: ${file.resources.length} resources, nothing is wrong`], isSound: true };
  const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { lines: sorted.map((problem) => lineFor(path, problem)), isSound: false };
}

function lineFor(path: string, { line, path: place, message }: FileProblem): string {
  return `${path}${line === undefined ? '' : `:${line}`}: ${place === undefined ? '' : `${place}: `}${message}`;
}

function findings({ kind: name, value }: FileResource, known: ReadonlySet<string>, context: CheckContext): Finding[] {
  const kind = kinds.get(name);
  if (kind === undefined) return [];
  const before = kind.preChecks?.(value, hooks);
  if (before !== undefined) return [clean({ message: before, field: '' }, kind, value, context)];
  const issues = checkAll(kind.schema, value).map(({ path, reason }) => ({ message: reason, field: path }));
  const after = issues.length > 0 ? undefined : kind.extraChecks?.(value, hooks);
  const rules = after === undefined ? [] : [{ message: after, field: '' }];
  const all = [...issues, ...rules, ...pluginFindings(kind, value, context), ...missing(kind, value, known)];
  return all.map((finding) => clean(finding, kind, value, context));
}

/** Each plugin by itself: the check of all of them ends with the first that is wrong. */
function pluginFindings(kind: ResourceKind, value: FileResource['value'], { lookup }: CheckContext): Finding[] {
  const { plugins } = value;
  const each = isJsonObject(plugins) ? Object.entries(plugins) : [];
  const values =
    kind.name === 'plugin_metadata' ? [value] : each.map(([name, conf]) => ({ ...value, plugins: { [name]: conf } }));
  return values.flatMap((one) => {
    const issue = checkPluginsOf(kind, one, lookup, hooks);
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
