import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readModule } from '../source/read-module.ts';
import { createPlugin } from './create-plugin.ts';

let root: string;
let source: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-new-plugin-'));
  source = join(root, 'libs/plugins/security/src');
  mkdirSync(join(source, 'first'), { recursive: true });
  writeFileSync(join(source, 'index.ts'), list('AnyPlugin', '@sluice/plugin-kit', 'first', 'plugin', 'plugins'));
  writeFileSync(join(source, 'schemas.ts'), list('PluginSchema', '@sluice/schema', 'firstSchema', 'schema', 'schemas'));
});

afterEach(() => rmSync(root, { recursive: true }));

test.each([
  ['security', 'Not-Kebab', 'is not a name in kebab-case'],
  ['security', '../outside', 'is not a name in kebab-case'],
  ['nowhere', 'ip-restriction', 'There is no family "nowhere"'],
  ['security', 'first', 'exists already'],
])('%s %s is refused, and nothing is written', (family, name, message) => {
  expect(() => createPlugin(root, family, name)).toThrow(message);
  expect(readdirSync(source).sort()).toEqual(['first', 'index.ts', 'schemas.ts']);
});

test('a new plugin has its four files, and its sources parse', () => {
  const folder = createPlugin(root, 'security', 'ip-restriction');

  const files = readdirSync(join(root, folder)).sort();
  expect(files).toEqual(['README.md', 'plugin.test.ts', 'plugin.ts', 'schema.ts']);
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    expect(() => readModule(file, readFileSync(join(root, folder, file), 'utf8'))).not.toThrow();
  }
});

test('a new plugin is behind both doors of its family', () => {
  createPlugin(root, 'security', 'ip-restriction');

  const [index, schemas] = ['index.ts', 'schemas.ts'].map((file) => readFileSync(join(source, file), 'utf8'));
  expect(index).toContain("import { ipRestriction } from './ip-restriction/plugin.ts';");
  expect(index).toContain('plugins: readonly AnyPlugin[] = [first, ipRestriction];');
  expect(schemas).toContain("import { ipRestrictionSchema } from './ip-restriction/schema.ts';");
  expect(schemas).toContain('schemas: readonly PluginSchema[] = [firstSchema, ipRestrictionSchema];');
});

function list(type: string, from: string, item: string, file: string, exported: string): string {
  return [
    `import type { ${type} } from '${from}';`,
    `import { ${item} } from './first/${file}.ts';`,
    '',
    `export const ${exported}: readonly ${type}[] = [${item}];`,
    '',
  ].join('\n');
}
