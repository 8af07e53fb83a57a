import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, tagOf, type Workspace } from '../projects/read-workspace.ts';
import type { WordSite } from '../source/read-module.ts';
import { type Complaint, type ImportInContext, targetOf } from './import-rules.ts';

/** The plugins of a family project: its folders with a schema. */
export function pluginFolders(workspace: Workspace, family: Project): string[] {
  const source = join(workspace.root, family.folder, 'src');
  if (!existsSync(source)) return [];
  return readdirSync(source)
    .filter((name) => existsSync(join(source, name, 'schema.ts')))
    .sort();
}

/** Complaints about an import inside a plugin family: schemas stand alone, and so does each plugin. */
export function checkPluginImport(site: ImportInContext): Complaint[] {
  if (tagOf(site.project, 'type') !== 'plugin' || site.isTest) return [];
  const target = targetOf(site);
  const from = pathInFamily(site.project, site.file);
  const to = 'file' in target ? pathInFamily(site.project, target.file) : undefined;
  if (!schemaMayImport(from, to, site.specifier)) {
    return [{ rule: 'schema-stands-alone', message: `${from.join('/')} imports "${site.specifier}".` }];
  }
  return from.length > 1 && to && to.length > 1 && to[0] !== from[0] && to[0] !== 'shared'
    ? [{ rule: 'plugin-stands-alone', message: `${from[0]} imports "${site.specifier}" of ${to[0]}.` }]
    : [];
}

/** A schema may have parts, each a `*.schema.ts` beside it, or in `shared/` where several use it: they stand alone as it does. */
function schemaMayImport(from: readonly string[], to: readonly string[] | undefined, specifier: string): boolean {
  const isOfSchemas = specifier === '@sluice/schema' || isPartOfSchema(to, from[0]);
  if (isPartOfSchema(from, from[0]) || (from.length === 2 && from[1] === 'schema.ts')) return isOfSchemas;
  if (from.length !== 1 || from[0] !== 'schemas.ts') return true;
  return isOfSchemas || to?.at(-1) === 'schema.ts';
}

function isPartOfSchema(path: readonly string[] | undefined, plugin: string | undefined): boolean {
  return (path?.[0] === 'shared' || path?.[0] === plugin) && path?.at(-1)?.endsWith('.schema.ts') === true;
}

function pathInFamily(family: Project, file: string): string[] {
  return file.replace(`${family.folder}/src/`, '').split('/');
}

/** Whether a project is core: what must work with plugins that nobody has written yet. */
export function isCore(project: Project): boolean {
  return (
    tagOf(project, 'type') === 'engine' || (tagOf(project, 'type') === 'app' && tagOf(project, 'plane') === 'control')
  );
}

/** Plugins that are named after a term of the field, which the core must be able to speak of. */
const termsOfTheField: ReadonlySet<string> = new Set(['csrf', 'gzip', 'real-ip', 'redirect', 'request-id']);

/**
 * Makes a check for the names of plugins, in any spelling. A name of one word counts only as a whole string: `echo` and
 * `redirect` are also ordinary words.
 */
export function pluginNameCheck(names: readonly string[]): (word: WordSite) => Complaint[] {
  const telling = names.filter((name) => !termsOfTheField.has(name));
  const exact = new Set(telling);
  const compound = telling.filter((name) => name.includes('-')).map((name) => name.split('-'));
  const spellings = compound.flatMap((parts) => [parts.join('-'), parts.join('_'), camel(parts), pascal(parts)]);
  const anywhere = new RegExp(`(?<![a-zA-Z0-9])(?:${spellings.join('|')})(?![a-z0-9])`);
  return ({ text }) => {
    const found = exact.has(text) ? text : spellings.length > 0 && anywhere.exec(text)?.[0];
    return found ? [{ rule: 'core-names-plugin', message: `"${found}" is a plugin's name.` }] : [];
  };
}

function pascal(parts: readonly string[]): string {
  return parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

function camel(parts: readonly string[]): string {
  return `${parts[0]}${pascal(parts.slice(1))}`;
}
