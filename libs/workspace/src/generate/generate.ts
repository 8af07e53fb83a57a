import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readWorkspace } from '../projects/read-workspace.ts';
import { referenceFolder, referencePages } from './reference-pages.ts';
import { stalePages } from './stale-pages.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const pages = await referencePages(workspace);
const stale = stalePages(workspace, pages);

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${referenceFolder}/${path} is stale. Run npm run generate.`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const path of stale) writePage(join(workspace.root, referenceFolder, path), pages.get(path));
  console.log(`${pages.size} pages in ${referenceFolder}, ${stale.length} of them new.`);
}

function writePage(file: string, text: string | undefined): void {
  if (text === undefined) return rmSync(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
