import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, Workspace } from './read-workspace.ts';

const skipped = new Set(['node_modules', 'dist', 'coverage', '.nx', '.sluice', 'test-results']);
const isSource = /\.(ts|tsx|mts|mjs)$/;

/**
 * The source files of a project, relative to the root. A folder inside it with its own package.json is another project
 * (or a fixture that plays one) and is not walked.
 */
export function sourceFiles(workspace: Workspace, project: Project): string[] {
  return walk(workspace.root, project.folder).filter((file) => isSource.test(file));
}

/** Whether a file is only ever run by the test runner. */
export function isTestFile(file: string): boolean {
  return /\.(test|spec|config)\.(ts|tsx|mts|mjs)$/.test(file) || /(^|\/)(test|e2e|fixtures)\//.test(file);
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => walkEntry(root, folder, entry));
}

function walkEntry(root: string, folder: string, entry: Dirent): string[] {
  const path = `${folder}/${entry.name}`;
  if (entry.isFile()) return [path];
  if (!entry.isDirectory() || skipped.has(entry.name)) return [];
  return existsSync(join(root, path, 'package.json')) ? [] : walk(root, path);
}
