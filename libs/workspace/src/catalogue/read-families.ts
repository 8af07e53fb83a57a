import type { PluginSchema } from '@sluice/schema';
import { pluginFolders } from '../boundaries/plugin-rules.ts';
import { importFile } from '../projects/import-file.ts';
import { type Project, tagOf, type Workspace } from '../projects/read-workspace.ts';

/** A family of plugins: what its folders say and what its schemas say. */
export interface Family {
  readonly project: Project;
  /** The last part of its folder: `auth`. */
  readonly name: string;
  /** Names of its plugin folders. */
  readonly folders: readonly string[];
  /** What its door `./schemas` exports. */
  readonly schemas: readonly PluginSchema[];
}

/** Reads all families of a workspace. */
export async function readFamilies(workspace: Workspace): Promise<Family[]> {
  const projects = workspace.projects.filter((project) => tagOf(project, 'type') === 'plugin');
  return Promise.all(
    projects.map(async (project) => {
      const { schemas } = await importFile(workspace, `${project.folder}/src/schemas.ts`);
      return {
        project,
        name: project.folder.split('/').at(-1) ?? '',
        folders: pluginFolders(workspace, project),
        schemas: schemas as readonly PluginSchema[],
      };
    }),
  );
}
