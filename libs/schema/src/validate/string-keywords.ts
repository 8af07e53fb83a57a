import type { Keywords } from './compile.ts';
import { formats } from './formats.ts';
import { patternTest } from './pattern.ts';
import type { Visit } from './run.ts';

/** Length, pattern and format; they have nothing to say about other types. */
export const stringKeywords: Keywords = (schema) => {
  const { minLength, maxLength, pattern, format } = schema;
  const visits: Visit[] = [];
  if (typeof minLength === 'number') visits.push(atLeast(minLength));
  if (typeof maxLength === 'number') visits.push(atMost(maxLength));
  if (typeof pattern === 'string') visits.push(matching(pattern));
  if (typeof format === 'string') visits.push(formatted(format));
  return visits;
};

/** Length in characters, so that one emoji counts once. A string has at most as many as code units. */
function characterCount(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i += 1) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count -= 1;
  }
  return count;
}

function atLeast(min: number): Visit {
  return (value, run) => {
    // Twice as many code units as needed are enough characters in any case.
    if (typeof value !== 'string' || value.length >= min * 2) return value;
    const count = characterCount(value);
    if (count < min) run.fail(`string too short, expected at least ${min}, got ${count}`);
    return value;
  };
}

function atMost(max: number): Visit {
  return (value, run) => {
    if (typeof value !== 'string' || value.length <= max) return value;
    const count = characterCount(value);
    if (count > max) run.fail(`string too long, expected at most ${max}, got ${count}`);
    return value;
  };
}

function matching(pattern: string): Visit {
  const test = patternTest(pattern);
  return (value, run) => {
    if (typeof value === 'string' && !test(value))
      run.fail(`failed to match pattern ${quoted(pattern)} with ${quoted(value)}`);
    return value;
  };
}

/** Text in quotes as Lua writes it, since clients know the message that way. */
function quoted(text: string): string {
  return `"${text
    .replaceAll(/[\\"\n]/g, '\\$&')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\000')}"`;
}

/** A format that is not known here is a remark, not a rule. */
function formatted(format: string): Visit {
  const test = formats[format];
  return (value, run) => {
    if (test && typeof value === 'string' && !test(value)) run.fail(`expect valid ${format} format but got: ${value}`);
    return value;
  };
}
