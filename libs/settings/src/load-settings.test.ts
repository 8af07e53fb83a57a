import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import Type from 'typebox';
import { defineSettings } from './define-settings.ts';
import { loadSettings, SettingsError } from './load-settings.ts';

const settings = defineSettings({
  port: { env: 'T_PORT', schema: Type.Integer({ default: 80, minimum: 0, maximum: 65_535 }) },
  key: { env: 'T_KEY', isSecret: true, schema: Type.Optional(Type.String({ minLength: 16 })) },
  verbose: { env: 'T_VERBOSE', schema: Type.Boolean({ default: false }) },
  trusted: { env: 'T_TRUSTED', schema: Type.Array(Type.String(), { default: [] }) },
  labels: { env: 'T_LABELS', schema: Type.Record(Type.String(), Type.String(), { default: {} }) },
  attributes: { env: null, schema: Type.Record(Type.String(), Type.Unknown(), { default: {} }) },
});

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-settings-'));
  file = join(folder, 'settings.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

function problemsOf(env: Record<string, string>, path?: string): readonly string[] {
  try {
    loadSettings(settings, { env, file: path });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test('every problem is told at once, by the name under which the value was given', async () => {
  await writeFile(file, 'verbose: perhaps\nlisten: 80\n');

  expect(problemsOf({ T_PORT: '70000', T_TRUSTED: 'a' }, file)).toEqual([
    `listen (in ${file}): there is no such setting`,
    'T_PORT: expected 70000 to be at most 65535',
    `verbose (in ${file}): wrong type: expected boolean, got string`,
  ]);
});

test('text where a number belongs is refused, not read as zero', () => {
  expect(problemsOf({ T_PORT: 'eighty' })).toEqual(['T_PORT: wrong type: expected integer, got string']);
});

test('of a secret that breaks a rule the rule is told, and its value never', () => {
  expect(problemsOf({ T_KEY: 'too-short' })).toEqual([
    'T_KEY: is not a usable value: it must have at least 16 characters',
  ]);
});

test('a file that is missing or no YAML is named', async () => {
  expect(problemsOf({}, join(folder, 'nothing.yaml'))[0]).toContain('nothing.yaml: cannot be read');
  await writeFile(file, 'port: [1\n');
  expect(problemsOf({}, file)[0]).toContain(file);
});

test('the environment wins over the file, and the file over the default', async () => {
  await writeFile(file, 'port: 81\nverbose: true\nattributes: { prometheus: { port: 1 } }\n');

  const values = loadSettings(settings, { env: { T_PORT: '82', SLUICE_CONFIG: file } });

  expect(values).toEqual({
    port: 82,
    key: undefined,
    verbose: true,
    trusted: [],
    labels: {},
    attributes: { prometheus: { port: 1 } },
  });
  expect(Object.isFrozen(values)).toBe(true);
});

test('lists and maps are written with commas in a variable, and an empty variable is none', () => {
  const values = loadSettings(settings, {
    env: { T_TRUSTED: '10.0.0.0/8, ::1', T_LABELS: 'zone=a,rack=12', T_PORT: '' },
  });

  expect(values.trusted).toEqual(['10.0.0.0/8', '::1']);
  expect(values.labels).toEqual({ zone: 'a', rack: '12' });
  expect(values.port).toBe(80);
});
