import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '@sluice/schema';
import { readCliPage } from '../catalogue/read-cli-page.ts';
import { readErrors } from '../catalogue/read-errors.ts';
import { readFamilies } from '../catalogue/read-families.ts';
import type { OpenApi } from '../catalogue/read-openapi.ts';
import { readSettings } from '../catalogue/read-settings.ts';
import { readReferenceFacts } from '../compatibility/plugin-facts.ts';
import type { Workspace } from '../projects/read-workspace.ts';
import { compatibilityPage } from './compatibility-page.ts';
import { errorPage } from './error-page.ts';
import { kindPage } from './kind-page.ts';
import { linksMoved } from './links-moved.ts';
import { pluginIndexPage } from './plugin-index-page.ts';
import { pluginPage } from './plugin-page.ts';
import { settingsPage } from './settings-page.ts';

/** Where the pages live. Everything below is written by the generator, so what it does not write is removed. */
export const referenceFolder = 'docs/reference';

/** All pages of the reference, by their path below its folder. */
export async function referencePages(workspace: Workspace, api: OpenApi): Promise<ReadonlyMap<string, string>> {
  const families = await readFamilies(workspace);
  const plugins = families.flatMap(({ project, schemas }) =>
    schemas.map((schema): [string, string] => {
      const folder = `${project.folder}/src/${schema.name}`;
      const readme = join(workspace.root, folder, 'README.md');
      const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
      return [`plugins/${schema.name}.md`, pluginPage(schema, linksMoved(text, folder, `${referenceFolder}/plugins`))];
    }),
  );
  const pages = new Map<string, string>([
    ['plugins/README.md', pluginIndexPage(families)],
    ...plugins,
    ...[...kinds.values()].map((kind): [string, string] => [`kinds/${kind.name}.md`, kindPage(kind)]),
    [
      'compatibility.md',
      compatibilityPage(
        families.flatMap(({ schemas }) => schemas),
        readReferenceFacts(),
      ),
    ],
    ['errors.md', errorPage(await readErrors(workspace))],
    ['cli.md', await readCliPage(workspace)],
    ['configuration.md', settingsPage(await readSettings(workspace))],
    ['openapi.json', JSON.stringify(api, null, 2)],
  ]);
  return new Map([...pages].map(([path, text]) => [path, `${text.trimEnd()}\n`]));
}
