import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readOpenApi } from '../catalogue/read-openapi.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { clientTypes, clientTypesFile } from './client-types.ts';
import { referenceFolder, referencePages } from './reference-pages.ts';
import { isOnDisk, stalePages } from './stale-pages.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const api = await readOpenApi(workspace);
const pages = await referencePages(workspace, api);
const files = new Map([
  ...stalePages(workspace, pages).map((path) => [`${referenceFolder}/${path}`, pages.get(path)] as const),
  ...staleSources(new Map([[clientTypesFile, clientTypes(api)]])),
]);

if (process.argv.includes('--check')) {
  for (const path of files.keys()) console.error(`${path} is stale. Run npm run generate.`);
  if (files.size > 0) process.exitCode = 1;
} else {
  for (const [path, text] of files) writeFile(join(workspace.root, path), text);
  console.log(`${pages.size} pages in ${referenceFolder}; ${files.size} files written.`);
}

function staleSources(sources: ReadonlyMap<string, string>): (readonly [string, string])[] {
  return [...sources].filter(([path, text]) => !isOnDisk(join(workspace.root, path), text));
}

function writeFile(file: string, text: string | undefined): void {
  if (text === undefined) return rmSync(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
