import { isJsonObject, type JsonValue } from '@sluice/schema';

const STEP = '  ';
/** What needs no quotes in any reader of YAML, wherever it stands. */
const plain = /^[A-Za-z_/][A-Za-z0-9_\-./*+@%]*$/;
/** Words that one version of YAML or another takes for something else than text. */
const special = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** Control characters and those that some readers take for the end of a line. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
const unprintables = new RegExp(unprintable, 'g');

/** Fields that tell what a mapping is come first; all others follow in the order of their code units. */
const leading = ['id', 'username', 'name'];

/** A value as block YAML in the one form that this writer knows: equal values give equal texts. Ends with a newline. */
export function writeYaml(value: JsonValue, indent = ''): string {
  if (Array.isArray(value)) return value.length === 0 ? `${indent}[]\n` : writeItems(value as JsonValue[], indent);
  if (isJsonObject(value)) return keysOf(value).length === 0 ? `${indent}{}\n` : writeMembers(value, indent);
  return `${indent}${writeScalar(value, indent)}\n`;
}

/** The items of a list, each with its dash. */
export function writeItems(items: readonly JsonValue[], indent: string): string {
  return items.map((item) => writeItem(item, indent)).join('');
}

function writeItem(item: JsonValue, indent: string): string {
  if (isJsonObject(item) && keysOf(item).length > 0) {
    const members = writeMembers(item, indent + STEP);
    return `${indent}- ${members.slice(indent.length + STEP.length)}`;
  }
  // A list inside a list is an expression more often than not, and is read best in one line.
  if (Array.isArray(item) || isJsonObject(item)) return `${indent}- ${escaped(JSON.stringify(item))}\n`;
  return `${indent}- ${writeScalar(item, indent)}\n`;
}

function writeMembers(value: Readonly<Record<string, unknown>>, indent: string): string {
  return keysOf(value)
    .map((key) => `${indent}${writeText(key)}:${writeMember(value[key] as JsonValue, indent)}`)
    .join('');
}

function writeMember(value: JsonValue, indent: string): string {
  const isFilled =
    (Array.isArray(value) && value.length > 0) ||
    (isJsonObject(value) && !Array.isArray(value) && keysOf(value).length > 0);
  if (isFilled) return `\n${writeYaml(value, indent + STEP)}`;
  if (typeof value === 'object' && value !== null) return ` ${JSON.stringify(value)}\n`;
  return ` ${writeScalar(value, indent)}\n`;
}

function keysOf(value: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return [...leading.filter((key) => keys.includes(key)), ...keys.filter((key) => !leading.includes(key)).toSorted()];
}

function writeScalar(value: JsonValue, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return writeBlock(value, indent + STEP) ?? writeText(value);
}

function writeText(text: string): string {
  return plain.test(text) && !special.test(text) ? text : escaped(JSON.stringify(text));
}

/** Certificates and functions keep their lines; undefined for what is better said in quotes. */
function writeBlock(text: string, indent: string): string | undefined {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const isPlainLines = body.includes('\n') && !body.endsWith('\n') && !/^[\s#]/.test(body) && !unprintable.test(body);
  if (!isPlainLines) return undefined;
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return `${text.endsWith('\n') ? '|' : '|-'}\n${lines.join('\n')}`;
}

function escaped(quoted: string): string {
  return quoted.replace(unprintables, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
