import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { errorFiles, readErrors } from '../catalogue/read-errors.ts';
import { readOpenApi } from '../catalogue/read-openapi.ts';
import { clientTypes, clientTypesFile } from '../generate/client-types.ts';
import { referenceFolder, referencePages } from '../generate/reference-pages.ts';
import { stalePages } from '../generate/stale-pages.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { isTestFile, sourceFiles } from '../projects/source-files.ts';
import { readModule } from '../source/read-module.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));

test('the reference on disk is what the schemas, settings and error tables say (else: npm run generate)', async () => {
  const api = await readOpenApi(workspace);
  expect(stalePages(workspace, await referencePages(workspace, api))).toEqual([]);
  expect(readFileSync(join(workspace.root, clientTypesFile), 'utf8')).toBe(clientTypes(api));
});

test('the page of errors lists exactly the codes of the tables', async () => {
  const page = readFileSync(join(workspace.root, referenceFolder, 'errors.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  expect(listed).toEqual([...(await readErrors(workspace)).keys()]);
});

test('whoever declares errors does so in a file named *.errors.ts, where the generator finds it', () => {
  const known = new Set(errorFiles(workspace));
  const declaring = workspace.projects
    .filter((project) => project.name !== '@sluice/errors')
    .flatMap((project) => sourceFiles(workspace, project))
    .filter((file) => !isTestFile(file) && callsDefineErrors(file));
  expect(declaring.filter((file) => !known.has(file))).toEqual([]);
});

function callsDefineErrors(file: string): boolean {
  const { imports, words } = readModule(file, readFileSync(join(workspace.root, file), 'utf8'));
  const isImporting = imports.some(({ specifier, isTypeOnly }) => specifier === '@sluice/errors' && !isTypeOnly);
  return isImporting && words.some(({ text }) => text === 'defineErrors');
}
