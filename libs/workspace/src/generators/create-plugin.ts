import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withEntry } from './family-lists.ts';
import { pluginFiles } from './plugin-template.ts';

/** Why a plugin was not created; the message is for the person at the terminal. */
export class CreatePluginError extends Error {
  override readonly name = 'CreatePluginError';
}

/** Creates the folder of a new plugin and adds it to its family's two doors. Answers the folder, relative to the root. */
export function createPlugin(root: string, family: string, name: string): string {
  const source = join('libs/plugins', family, 'src');
  const folder = join(source, name);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CreatePluginError(`"${name}" is not a name in kebab-case.`);
  if (!existsSync(join(root, source))) throw new CreatePluginError(`There is no family "${family}" in libs/plugins.`);
  if (existsSync(join(root, folder))) throw new CreatePluginError(`${folder} exists already.`);

  const identifier = name.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
  mkdirSync(join(root, folder));
  for (const [file, text] of Object.entries(pluginFiles({ family, name, identifier }))) {
    writeFileSync(join(root, folder, file), text);
  }
  extend(join(root, source, 'index.ts'), identifier, `./${name}/plugin.ts`);
  extend(join(root, source, 'schemas.ts'), `${identifier}Schema`, `./${name}/schema.ts`);
  return folder;
}

function extend(file: string, identifier: string, from: string): void {
  writeFileSync(file, withEntry(readFileSync(file, 'utf8'), { identifier, from }));
}
