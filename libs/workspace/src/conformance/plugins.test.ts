import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFamilies } from '../catalogue/read-families.ts';
import { importFile } from '../projects/import-file.ts';
import { readWorkspace, tagOf } from '../projects/read-workspace.ts';
import { isTestFile, sourceFiles } from '../projects/source-files.ts';
import { readModule } from '../source/read-module.ts';
import { exampleProblem, readmeExamples } from './readme-examples.ts';
import { schemaFields } from './schema-fields.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const families = await readFamilies(workspace);
const plugins = families.flatMap((family) => family.schemas.map((schema) => ({ name: schema.name, family, schema })));
const lookup = (name: string) => plugins.find((plugin) => plugin.name === name)?.schema;

describe.each(families)('the family $name', ({ name, project, folders, schemas }) => {
  test('exports the schema of each of its folders, under the name of the folder', () => {
    expect(schemas.map((schema) => schema.name).sort()).toEqual([...folders]);
  });

  test('exports the behaviour of each of its folders', async () => {
    const { plugins: running } = await importFile(workspace, `${project.folder}/src/index.ts`);
    expect((running as { schema: unknown }[]).map(({ schema }) => schema)).toEqual(schemas);
  });

  test('is the category of each of its plugins', () => {
    expect(schemas.filter((schema) => schema.category !== name).map((schema) => schema.name)).toEqual([]);
  });

  test.each([
    ['control', './schemas'],
    ['data', '.'],
  ])('stands in the catalogue of the %s plane, by its door %s', (plane, door) => {
    const specifier = join(project.name, door);
    expect(importsOfCatalogue(plane)).toContain(specifier);
  });
});

describe.each(plugins)('$name', ({ name, family, schema }) => {
  const folder = join(workspace.root, family.project.folder, 'src', name);
  const fields = [schema.config, schema.consumer, schema.metadata].flatMap((part) => schemaFields(part));

  test('explains each field with a title and a description', () => {
    const silent = fields.filter(({ schema: field }) => !field['title'] || !field['description']);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('declares as secret only fields that exist', () => {
    const { config, consumer, metadata } = schema.secrets;
    const known = fields.map(({ path }) => path);
    expect([...config, ...consumer, ...metadata].filter((path) => !known.includes(path.replaceAll('.*', '')))).toEqual(
      [],
    );
  });

  test('declares as secret each field whose name says that it is one', () => {
    const { config, consumer, metadata } = schema.secrets;
    const declared = [...config, ...consumer, ...metadata].map((path) => path.replaceAll('.*', ''));
    const looksSecret = /(^|[._])(password|passphrase|secret|secret_key|token|api_key|private_key)$/;
    const forgotten = fields
      .filter(({ schema: field }) => field['type'] !== 'boolean')
      .map(({ path }) => path)
      .filter((path) => looksSecret.test(path) && !declared.includes(path));
    expect(forgotten).toEqual([]);
  });

  test('finds consumers by a field that their schema has, and encrypts', () => {
    if (schema.lookupKey === undefined) return;
    expect(schemaFields(schema.consumer).map(({ path }) => path)).toContain(schema.lookupKey);
  });

  test('agrees by a field that its configuration has', () => {
    if (schema.agreement === undefined) return;
    expect(schemaFields(schema.config).map(({ path }) => path)).toContain(schema.agreement.field);
  });

  test('has tests and a README', () => {
    expect(existsSync(join(folder, 'plugin.test.ts'))).toBe(true);
    expect(existsSync(join(folder, 'README.md'))).toBe(true);
  });

  test('gives examples that can be copied', () => {
    const examples = readmeExamples(folder);
    expect(examples).not.toHaveLength(0);
    for (const example of examples) expect(exampleProblem(example, schema, lookup), example.text).toBeUndefined();
  });
});

test('no two plugins have the same name or the same priority', () => {
  expect(new Set(plugins.map(({ name }) => name)).size).toBe(plugins.length);
  expect(new Set(plugins.map(({ schema }) => schema.priority)).size).toBe(plugins.length);
});

function importsOfCatalogue(plane: string): string[] {
  const apps = workspace.projects.filter((app) => tagOf(app, 'type') === 'app' && tagOf(app, 'plane') === plane);
  return apps
    .flatMap((app) => sourceFiles(workspace, app))
    .filter((file) => /\/catalogue[./]/.test(file) && !isTestFile(file))
    .flatMap((file) => readModule(file, readFileSync(join(workspace.root, file), 'utf8')).imports)
    .map(({ specifier }) => specifier);
}
