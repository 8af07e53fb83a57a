import { declaredErrors, type ErrorSpec } from '@sluice/errors';
import { importFile } from '../projects/import-file.ts';
import type { Workspace } from '../projects/read-workspace.ts';
import { isTestFile, sourceFiles } from '../projects/source-files.ts';

/** The files that declare errors, by their name. */
export function errorFiles(workspace: Workspace): string[] {
  return workspace.projects
    .flatMap((project) => sourceFiles(workspace, project))
    .filter((file) => file.endsWith('.errors.ts') && !isTestFile(file));
}

/** Loads every error table of the workspace; answers all codes, sorted. */
export async function readErrors(workspace: Workspace): Promise<ReadonlyMap<string, ErrorSpec>> {
  for (const file of errorFiles(workspace)) await importFile(workspace, file);
  return new Map([...declaredErrors()].sort(([a], [b]) => (a < b ? -1 : 1)));
}
