import type { AnyPlugin } from '@sluice/plugin-kit';
import { pluginFolders } from '../boundaries/plugin-rules.ts';
import { importFile } from '../projects/import-file.ts';
import { type Project, tagOf, type Workspace } from '../projects/read-workspace.ts';

/** A plugin with what it does, and the folder that it stands in. */
export interface CataloguePlugin {
  readonly name: string;
  readonly plugin: AnyPlugin;
  /** Relative to the root. */
  readonly folder: string;
}

/** Loads the plugins of all families, behaviour and all. */
export async function readPlugins(workspace: Workspace): Promise<CataloguePlugin[]> {
  const projects = workspace.projects.filter((project) => tagOf(project, 'type') === 'plugin');
  return (await Promise.all(projects.map((project) => pluginsOf(workspace, project)))).flat();
}

async function pluginsOf(workspace: Workspace, project: Project): Promise<CataloguePlugin[]> {
  if (pluginFolders(workspace, project).length === 0) return [];
  const { plugins } = await importFile(workspace, `${project.folder}/src/index.ts`);
  return (plugins as readonly AnyPlugin[]).map((plugin) => ({
    name: plugin.schema.name,
    plugin,
    folder: `${project.folder}/src/${plugin.schema.name}`,
  }));
}
