import { isJsonObject } from '@sluice/schema';

/** The values that a path finds. */
export type JsonPath = (value: unknown) => unknown[];

type Step = (value: unknown) => unknown[];

const step = /\.\.([\w-]+)|\.?\[(\d+)\]|\.?\[\*\]|\.?\['([^']*)'\]|\.?\["([^"]*)"\]|\.\*|\.([\w-]+)/y;

/**
 * Compiles a JSONPath of names, indexes, `*` and `..name` (RFC 9535, without filters and slices). The leading `$.` may be
 * left out. Undefined where it is none.
 */
export function compileJsonPath(source: string): JsonPath | undefined {
  const text = source.startsWith('$') ? source.slice(1) : `.${source}`;
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    step.lastIndex = at;
    const match = step.exec(text);
    if (match === null) return undefined;
    steps.push(stepOf(match));
    at = step.lastIndex;
  }
  return (value) => steps.reduce<unknown[]>((found, next) => found.flatMap(next), [value]);
}

function stepOf([, deep, index, quoted, doubleQuoted, plain]: RegExpExecArray): Step {
  if (deep !== undefined) return (value) => descendants(value, deep);
  if (index !== undefined)
    return (value) => (Array.isArray(value) ? value.slice(Number(index), Number(index) + 1) : []);
  const name = quoted ?? doubleQuoted ?? plain;
  return name === undefined ? childrenOf : (value) => member(value, name);
}

function member(value: unknown, name: string): unknown[] {
  return isJsonObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return isJsonObject(value) ? Object.values(value) : [];
}

function descendants(value: unknown, name: string): unknown[] {
  return [...member(value, name), ...childrenOf(value).flatMap((child) => descendants(child, name))];
}
