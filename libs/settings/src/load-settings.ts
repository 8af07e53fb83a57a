import { readFileSync } from 'node:fs';
import { check } from '@sluice/schema';
import { parseDocument } from 'yaml';
import type { SettingDefinition, Settings, SettingsValues } from './define-settings.ts';

/** Where settings come from: the environment wins over the file. */
export interface SettingsOrigin {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a YAML file; by default what the environment's `SLUICE_CONFIG` names. */
  readonly file?: string | undefined;
}

/** Everything that is wrong with the settings, one line each, by name. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads, checks and freezes the settings of a process. Throws `SettingsError` with every problem at once. */
export function loadSettings<T extends Settings>(settings: T, origin: SettingsOrigin): SettingsValues<T> {
  const problems: string[] = [];
  const file = origin.file ?? origin.env.SLUICE_CONFIG;
  const fromFile = file ? readFile(file, problems) : {};
  for (const key of Object.keys(fromFile)) {
    if (!Object.hasOwn(settings, key)) problems.push(`${key} (in ${file}): there is no such setting`);
  }
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    values[key] = readOne(key, setting, { env: origin.env, file, fromFile }, problems);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(values) as SettingsValues<T>;
}

interface Sources {
  readonly env: SettingsOrigin['env'];
  readonly file: string | undefined;
  readonly fromFile: Readonly<Record<string, unknown>>;
}

function readOne(key: string, setting: SettingDefinition, sources: Sources, problems: string[]): unknown {
  const text = setting.env === null ? undefined : sources.env[setting.env];
  const isFromEnv = text !== undefined && text !== '';
  const value = isFromEnv ? fromText(text, setting) : sources.fromFile[key];
  if (value === undefined || value === null) return (setting.schema as { default?: unknown }).default;
  const issue = check(setting.schema, value);
  if (issue) {
    const where = isFromEnv ? setting.env : `${key} (in ${sources.file})`;
    problems.push(`${where}: ${setting.isSecret ? secretProblem(setting.schema) : issue.message}`);
  }
  return value;
}

/** Of a secret only the rule is told, never what was given, and not how long it is. */
function secretProblem(schema: object): string {
  const { minLength, maxLength } = schema as { readonly minLength?: number; readonly maxLength?: number };
  const rules = [
    ...(minLength === undefined ? [] : [`at least ${minLength}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength}`]),
  ];
  const rule = rules.length > 0 ? `: it must have ${rules.join(' and ')} characters` : '';
  return `is not a usable value${rule}`;
}

/** Environment variables are text; the schema says what they stand for. Text that does not fit stays text and is refused. */
function fromText(text: string, setting: SettingDefinition): unknown {
  const { type } = setting.schema as { type?: string };
  if (type === 'integer' || type === 'number')
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (type === 'boolean') return { true: true, false: false, 1: true, 0: false }[text.toLowerCase()] ?? text;
  if (type === 'array')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (type === 'object') return Object.fromEntries(text.split(',').map((pair) => splitPair(pair)));
  return text;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function readFile(path: string, problems: string[]): Readonly<Record<string, unknown>> {
  try {
    const document = parseDocument(readFileSync(path, 'utf8'));
    for (const error of document.errors) problems.push(`${path}: ${error.message}`);
    const content: unknown = document.errors.length > 0 ? {} : (document.toJS() ?? {});
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
    problems.push(`${path}: expected settings by name`);
  } catch (error) {
    problems.push(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return {};
}
