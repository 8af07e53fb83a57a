import { jsonDepthMax, JsonError, type JsonValue, parseJson } from '@sluice/schema';
import { LineCounter, parseDocument } from 'yaml';
import { readPlainYaml } from '../yaml/read-plain-yaml.ts';

/** A text that cannot be read; the message says why, and on which line. */
export class TextError extends Error {
  override readonly name = 'TextError';
}

/** A complete reader of YAML takes a hundred times the size of a text in memory; only plain YAML may be larger. */
const COMPLETE_YAML_BYTES_MAX = 4 * 1024 * 1024;
/** References inside a YAML text multiply: more than people write by hand is an attack or a mistake. */
const ALIASES_MAX = 1_000;

/** Reads JSON or YAML, whichever it is. Throws a TextError. */
export function readText(text: string): JsonValue {
  return /^\s*[[{]/.test(text) ? readJsonText(text) : (readPlainYaml(text) ?? readCompleteYaml(text));
}

function readJsonText(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    // A mapping in braces may also be YAML, with keys that need no quotes.
    const yaml = text.length < COMPLETE_YAML_BYTES_MAX ? tryCompleteYaml(text) : undefined;
    if (yaml !== undefined) return yaml;
    throw new TextError(`not JSON: ${error.message}`);
  }
}

function tryCompleteYaml(text: string): JsonValue | undefined {
  try {
    return readCompleteYaml(text);
  } catch (error) {
    // What it is as JSON was said already; the YAML reader's words about it help nobody.
    if (error instanceof TextError) return undefined;
    throw error;
  }
}

function readCompleteYaml(text: string): JsonValue {
  if (text.length > COMPLETE_YAML_BYTES_MAX) {
    throw new TextError('YAML of more than 4 MiB has to be plain: no anchors, no tags, no mappings in braces');
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true, version: '1.2' });
    const [error] = document.errors;
    if (error) throw new TextError(`line ${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`);
    const value = document.toJS({ maxAliasCount: ALIASES_MAX }) as JsonValue;
    requireDepth(value, jsonDepthMax);
    return value;
  } catch (thrown) {
    if (thrown instanceof TextError) throw thrown;
    // References that multiply, or a nesting that no stack holds.
    throw new TextError(thrown instanceof Error ? firstLine(thrown.message) : String(thrown));
  }
}

/** What is read later goes from value to value: none may be nested deeper than JSON may be. */
function requireDepth(value: JsonValue, left: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw new TextError(`it is nested deeper than ${jsonDepthMax} levels`);
  for (const member of Object.values(value)) requireDepth(member as JsonValue, left - 1);
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
}
