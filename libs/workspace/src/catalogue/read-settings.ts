import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@sluice/settings';
import { importFile } from '../projects/import-file.ts';
import { type Project, tagOf, type Workspace } from '../projects/read-workspace.ts';

/** The settings of one process. */
export interface ProcessSettings {
  readonly project: Project;
  readonly settings: Settings;
}

/** Reads the settings of every app: what `src/config/settings.ts` exports under a name that ends in `Settings`. */
export async function readSettings(workspace: Workspace): Promise<ProcessSettings[]> {
  const apps = workspace.projects.filter((project) => tagOf(project, 'type') === 'app');
  const found: ProcessSettings[] = [];
  for (const project of apps) {
    const file = `${project.folder}/src/config/settings.ts`;
    if (!existsSync(join(workspace.root, file))) continue;
    const exported = Object.entries(await importFile(workspace, file));
    const settings = exported.find(([name, value]) => name.endsWith('Settings') && typeof value === 'object');
    if (settings === undefined) throw new Error(`${file} exports no settings.`);
    found.push({ project, settings: settings[1] as Settings });
  }
  return found;
}
