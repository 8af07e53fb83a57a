import { type JsonValue, parseJson } from '@sluice/schema';

/** An entry of a mapping on one line. */
export interface Entry {
  readonly key: string;
  /** What stands behind the colon; empty where the value follows below. */
  readonly rest: string;
}

const plainKey = /^([A-Za-z_][A-Za-z0-9_\-./]*):(?: +(\S.*))?$/;
const quotedKey = /^("(?:[^"\\]|\\.)*"|'[^']*'):(?: +(\S.*))?$/;

/** Takes an entry apart; undefined where a line is none, or none that is this simple. */
export function splitEntry(line: string): Entry | undefined {
  const [, plain, rest = ''] = plainKey.exec(line) ?? [];
  if (plain !== undefined) return special.test(plain) ? undefined : { key: plain, rest };
  const [, quoted, behind = ''] = quotedKey.exec(line) ?? [];
  if (quoted === undefined) return undefined;
  const key = readQuoted(quoted);
  return key === undefined ? undefined : { key, rest: behind };
}

const special = /^(?:true|false|null|~)$/i;
const number = /^[-+]?(?:\d+|\.\d+|\d+\.\d*)(?:[eE][-+]?\d+)?$/;
/** Text that no reader takes for anything else: no indicator in front, no comment or colon with a space inside. */
const text = /^[A-Za-z0-9_/.$^(<+~-][^\r\n]*$/;
const ambiguous = /: |:$| #|^[-+.]?(?:0[xo]|inf|nan)|^[-.+~<]?$|^- |^<<|^---|^\.\.\./i;

/** The value of a scalar, or of a list or mapping in JSON, on one line; undefined where that is not this simple. */
export function readPlainScalar(source: string): JsonValue | undefined {
  const [first] = source;
  if (first === '"' || first === "'") return readQuoted(source);
  if (first === '[' || first === '{') return readFlow(source);
  if (special.test(source)) return wordOf(source);
  if (number.test(source)) return Number(source);
  return text.test(source) && !ambiguous.test(source) ? source : undefined;
}

/** Words in odd capitals are text in one version and a truth value in another. */
function wordOf(source: string): JsonValue | undefined {
  const words: Readonly<Record<string, JsonValue>> = { true: true, false: false, null: null, '~': null };
  return Object.hasOwn(words, source) ? words[source] : undefined;
}

function readQuoted(source: string): string | undefined {
  if (source.startsWith("'"))
    return /^'(?:[^']|'')*'$/.test(source) ? source.slice(1, -1).replaceAll("''", "'") : undefined;
  const value = readFlow(source);
  return typeof value === 'string' ? value : undefined;
}

/** JSON is YAML. It is read strictly, so that a key that is there twice is left to who can say where. */
function readFlow(source: string): JsonValue | undefined {
  try {
    return parseJson(source);
  } catch {
    // Not JSON: whether it is YAML is for a complete reader to say.
    return undefined;
  }
}
