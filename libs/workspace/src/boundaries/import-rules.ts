import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Project, projectNamed, tagOf, type Workspace } from '../projects/read-workspace.ts';
import type { ImportSite } from '../source/read-module.ts';
import { isPlaneAllowed, isSchemasDoor, isTypeAllowed, mayUseSchemasDoor } from './allowed-imports.ts';
import type { RuleName } from './rules.ts';

/** One import, with all that a rule may ask about it. */
export interface ImportInContext extends ImportSite {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly file: string;
  readonly isTest: boolean;
}

/** What is wrong with an import, before its place is added. */
export interface Complaint {
  readonly rule: RuleName;
  readonly message: string;
}

/** Where an import leads: a file (relative to the root), or a package and one of its doors. */
export type ImportTarget = { readonly file: string } | { readonly packageName: string; readonly door: string };

/** Resolves the specifier of an import without looking at the disk. */
export function targetOf({ file, specifier }: Pick<ImportInContext, 'file' | 'specifier'>): ImportTarget {
  if (specifier.startsWith('.')) return { file: posix.join(posix.dirname(file), specifier) };
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const packageName = parts.slice(0, length).join('/');
  return { packageName, door: ['.', ...parts.slice(length)].join('/') };
}

/** All complaints about one import. */
export function checkImport(site: ImportInContext): Complaint[] {
  const target = targetOf(site);
  if ('file' in target) return checkRelative(site, target.file);
  if (isBuiltin(site.specifier)) return [];
  const to = projectNamed(site.workspace, target.packageName);
  const undeclared = checkDeclared(site, target.packageName);
  if (to === undefined || to === site.project) return undeclared;
  return [...checkBoundary(site, to, target.door), ...undeclared];
}

function checkRelative({ project, specifier }: ImportInContext, target: string): Complaint[] {
  if (target.startsWith(`${project.folder}/`)) return [];
  return [{ rule: 'relative-escape', message: `"${specifier}" leaves ${project.name}.` }];
}

function checkBoundary({ project, isTest, specifier }: ImportInContext, to: Project, door: string): Complaint[] {
  if (!isTypeAllowed(project, to, isTest)) {
    const rule = tagOf(to, 'type') === 'testing' ? 'testing-from-tests' : 'type-boundary';
    return [{ rule, message: `${label(project)} must not import ${label(to)}.` }];
  }
  if (!isPlaneAllowed(project, to, door)) {
    return [{ rule: 'plane-boundary', message: `${label(project)} must not import "${specifier}" of ${label(to)}.` }];
  }
  if (isSchemasDoor(to, door) && !mayUseSchemasDoor(project)) {
    return [{ rule: 'schemas-door', message: `${label(project)} imports "${specifier}".` }];
  }
  if (to.doors.has(door)) return [];
  return [{ rule: 'closed-door', message: `${to.name} does not export "${door}".` }];
}

function checkDeclared({ workspace, project, isTest, isTypeOnly }: ImportInContext, packageName: string): Complaint[] {
  const isEquipment = isTest || tagOf(project, 'type') === 'testing';
  const isDeclared =
    packageName === project.name ||
    project.dependencies.has(packageName) ||
    ((isEquipment || isTypeOnly) && project.devDependencies.has(packageName)) ||
    (isEquipment && workspace.toolchain.has(packageName));
  if (isDeclared) return [];
  const where = project.devDependencies.has(packageName) ? 'only a devDependency' : 'not a dependency';
  return [{ rule: 'undeclared-dependency', message: `"${packageName}" is ${where} of ${project.name}.` }];
}

function label(project: Project): string {
  return `${project.name} (${project.tags.join(', ')})`;
}
