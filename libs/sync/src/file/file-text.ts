import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Scalar } from 'yaml';

/** Something that keeps a file from being used. */
export interface FileProblem {
  readonly message: string;
  /** From 1; undefined where it concerns the file as a whole. */
  readonly line?: number | undefined;
  /** Keys from the top to the place, joined by dots; the name of an id where there is one. */
  readonly path?: string | undefined;
}

/** A file taken apart, with the way back to its lines. */
export interface ParsedFile {
  readonly value: unknown;
  readonly problems: readonly FileProblem[];
  /** The line at which the value at these keys begins, or that of what is nearest above it. */
  lineOf(keys: readonly (string | number)[]): number | undefined;
}

/** The line with which a YAML file says that it is complete. */
const endMarker = /(?:^|\n)#END\s*$/;
const depthMax = 64;
/** References inside a YAML file multiply: more than people write by hand is an attack or a mistake. */
const aliasesMax = 1_000;

/** Whether a YAML file was written to its end: what is being written is not looked at. */
export function isComplete(text: string): boolean {
  return endMarker.test(text);
}

/** Reads YAML, or JSON, which is YAML; `${{VAR}}` and `${{VAR:=default}}` become what the environment says. */
export function parseFile(text: string, env: Readonly<Record<string, string | undefined>>): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true, version: '1.2' });
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  const lineOf = (keys: readonly (string | number)[]): number | undefined => lineAt(offsetOf(document.contents, keys));
  const problems: FileProblem[] = document.errors.map(({ message, pos }) => ({
    message: message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
    line: lineAt(pos[0]),
  }));
  if (problems.length > 0) return { value: undefined, problems, lineOf };
  const found: Missing[] = [];
  let value: unknown;
  try {
    value = substituted(document.toJS({ maxAliasCount: aliasesMax }), env, [], found);
  } catch (error) {
    // Too deep, or references that multiply: neither has one place.
    return { value, problems: [{ message: error instanceof Error ? error.message : String(error) }], lineOf };
  }
  for (const { name, keys } of found)
    problems.push({ message: `the environment variable ${name} is not set`, line: lineOf(keys), path: keys.join('.') });
  return { value, problems, lineOf };
}

interface Missing {
  readonly name: string;
  readonly keys: readonly (string | number)[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** In values and in keys, after parsing: what a variable holds can change no structure. */
function substituted(value: unknown, env: Env, keys: readonly (string | number)[], missing: Missing[]): unknown {
  if (keys.length > depthMax) throw new RangeError('The file is nested too deep.');
  if (typeof value === 'string') return typed(value, filled(value, env, keys, missing));
  if (Array.isArray(value)) return value.map((item, i) => substituted(item, env, [...keys, i], missing));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [
    filled(key, env, keys, missing),
    substituted(item, env, [...keys, key], missing),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function filled(text: string, env: Env, keys: readonly (string | number)[], missing: Missing[]): string {
  if (!text.includes('${{')) return text;
  return text.replace(/\$\{\{\s*(\w+)\s*(?::=([\s\S]*?))?\}\}/g, (_, name: string, otherwise: string | undefined) => {
    const value = env[name] ?? otherwise?.trim();
    if (value === undefined) missing.push({ name, keys });
    return value ?? '';
  });
}

/** A value that is nothing but a variable may be meant as a number or as a truth value. */
function typed(before: string, after: string): unknown {
  if (before === after || !/^\s*\$\{\{[^}]*\}\}\s*$/.test(before)) return after;
  if (after === 'true' || after === 'false') return after === 'true';
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(after) ? Number(after) : after;
}

function offsetOf(root: unknown, keys: readonly (string | number)[]): number | undefined {
  let node = root as Node | null;
  let offset = node?.range?.[0];
  for (const key of keys) {
    const next = childOf(node, key);
    if (next === undefined) break;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
}

function childOf(node: unknown, key: string | number): { node: Node | null; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return item && { node: item, offset: item.range?.[0] };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((one: Pair) => isScalar(one.key) && String((one.key as Scalar).value) === String(key));
  return pair && { node: pair.value as Node | null, offset: (pair.key as Scalar).range?.[0] };
}
