import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, tagOf, type Workspace } from '../projects/read-workspace.ts';
import { isTestFile, sourceFiles } from '../projects/source-files.ts';
import { type ModuleFacts, readModule, type WordSite } from '../source/read-module.ts';
import { hasKnownTags } from './allowed-imports.ts';
import { checkImport, type Complaint, targetOf } from './import-rules.ts';
import { checkPluginImport, isCore, pluginFolders, pluginNameCheck } from './plugin-rules.ts';
import type { Violation } from './rules.ts';

/** Checks the real import graph of a workspace against the boundary rules. */
export function findViolations(workspace: Workspace): Violation[] {
  const families = workspace.projects.filter((project) => tagOf(project, 'type') === 'plugin');
  const namesPlugin = pluginNameCheck(families.flatMap((family) => pluginFolders(workspace, family)));
  return workspace.projects.flatMap((project) => checkProject(workspace, project, namesPlugin));
}

type WordCheck = (word: WordSite) => Complaint[];

function checkProject(workspace: Workspace, project: Project, namesPlugin: WordCheck): Violation[] {
  const manifest = `${project.folder}/package.json`;
  if (!hasKnownTags(project)) {
    const message = `${project.name} has the tags [${project.tags.join(', ')}].`;
    return [{ rule: 'tags', file: manifest, line: 1, message }];
  }
  const modules = sourceFiles(workspace, project).map((file) => {
    return { file, facts: readModule(file, readFileSync(join(workspace.root, file), 'utf8')) };
  });
  return [
    ...modules.flatMap(({ file, facts }) => checkModule(workspace, project, file, facts)),
    ...modules.flatMap(({ file, facts }) => (mustNotName(project, file) ? checkWords(file, facts, namesPlugin) : [])),
    ...unusedDependencies(project, modules).map((message) => {
      return { rule: 'unused-dependency' as const, file: manifest, line: 1, message };
    }),
  ];
}

function checkModule(workspace: Workspace, project: Project, file: string, facts: ModuleFacts): Violation[] {
  const isTest = isTestFile(file);
  return facts.imports.flatMap((found) => {
    const site = { ...found, workspace, project, file, isTest };
    return [...checkImport(site), ...checkPluginImport(site)].map((complaint) => ({
      ...complaint,
      file,
      line: found.line,
    }));
  });
}

/** The catalogue is the one place of an app that lists what exists. */
function mustNotName(project: Project, file: string): boolean {
  return isCore(project) && !isTestFile(file) && !/\/catalogue[./]/.test(file);
}

function checkWords(file: string, facts: ModuleFacts, check: WordCheck): Violation[] {
  const found = facts.words.flatMap((word) =>
    check(word).map((complaint) => ({ ...complaint, file, line: word.line })),
  );
  // An import's local and imported name are two identifiers of one place.
  return found.filter((violation, at) => !found.slice(0, at).some((earlier) => earlier.line === violation.line));
}

function unusedDependencies(
  project: Project,
  modules: readonly { readonly file: string; readonly facts: ModuleFacts }[],
): string[] {
  const used = new Set(
    modules.flatMap(({ file, facts }) =>
      facts.imports.map(({ specifier }) => {
        const target = targetOf({ file, specifier });
        return 'packageName' in target ? target.packageName : undefined;
      }),
    ),
  );
  return [...project.dependencies, ...project.devDependencies]
    .filter((name) => name.startsWith('@sluice/') && !used.has(name))
    .map((name) => `${project.name} declares ${name} and imports it nowhere.`);
}
