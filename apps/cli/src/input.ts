import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import { readText, TextError } from '@sluice/transfer';
import { CliError, usageError } from './cli-error.ts';
import type { Io } from './command.ts';

const readable = new Set(['.yaml', '.yml', '.json']);

/** The text of a file, or of the standard input where the name is `-`. */
export async function readInput(path: string, io: Io): Promise<string> {
  if (path === '-') return io.stdin();
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** A file as a value. */
export async function readValue(path: string, io: Io): Promise<JsonValue> {
  try {
    return readText(await readInput(path, io));
  } catch (error) {
    if (error instanceof TextError) throw new CliError(`${path}: ${error.message}`);
    throw error;
  }
}

/**
 * Files and folders as one document: the sections of all of them together. `${{NAME}}` and `${{NAME:=default}}` become what
 * the environment says, so that secrets need not stand in files.
 */
export async function readDocuments(paths: readonly string[], io: Io): Promise<JsonObject> {
  if (paths.length === 0) throw usageError('No file is named.', '-f FILE, -f FOLDER, or -f - for the standard input.');
  const merged: Record<string, JsonValue> = {};
  for (const path of paths.flatMap(filesOf)) {
    const document = filled(await readValue(path, io), io, path);
    if (document === null) continue;
    if (!isJsonObject(document)) throw new CliError(`${path} is not a mapping of lists such as "routes".`);
    for (const [section, value] of Object.entries(document)) merge(merged, section, value as JsonValue, path);
  }
  return merged;
}

function filesOf(path: string): string[] {
  if (path === '-' || !isFolder(path)) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = names.filter(
    (name) => readable.has(extname(name)) && !name.split('/').some((part) => part.startsWith('.')),
  );
  if (files.length === 0) throw new CliError(`${path} holds no .yaml and no .json file.`);
  return files.map((name) => join(path, name)).filter((file) => !isFolder(file));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Lists are joined, mappings too; what names the whole document must be the same everywhere. */
function merge(merged: Record<string, JsonValue>, section: string, value: JsonValue, path: string): void {
  const known = merged[section];
  if (known === undefined || known === null) merged[section] = value;
  else if (Array.isArray(known) && Array.isArray(value))
    merged[section] = [...(known as JsonValue[]), ...(value as JsonValue[])];
  else if (isJsonObject(known) && isJsonObject(value)) merged[section] = { ...known, ...value } as JsonObject;
  else if (value !== null && JSON.stringify(known) !== JSON.stringify(value))
    throw new CliError(`${path}: "${section}" says something else than in another file.`);
}

function filled(value: JsonValue, io: Io, path: string): JsonValue {
  if (typeof value === 'string') return value.includes('${{') ? substituted(value, io, path) : value;
  if (Array.isArray(value)) return (value as JsonValue[]).map((item) => filled(item, io, path));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    filled(key, io, path),
    filled(item as JsonValue, io, path),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/** As a data plane reads its file: a value that is nothing but a variable may stand for a number or a truth value. */
function substituted(text: string, { env }: Io, path: string): JsonValue {
  const after = text.replaceAll(
    /\$\{\{\s*(\w+)\s*(?::=([\s\S]*?))?\}\}/g,
    (_, name: string, otherwise: string | undefined) => {
      const value = env[name] ?? otherwise?.trim();
      if (value === undefined) throw new CliError(`${path}: the environment variable ${name} is not set.`);
      return value;
    },
  );
  if (!/^\s*\$\{\{[^}]*\}\}\s*$/.test(text)) return after;
  if (after === 'true' || after === 'false') return after === 'true';
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(after) ? Number(after) : after;
}
