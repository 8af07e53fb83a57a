import type { Native } from './run.ts';
import { Several } from './several.ts';
import { Pairs } from './pairs.ts';
import { Table } from './table.ts';
import { TemplateError } from './template-error.ts';
import { textPattern } from './text-pattern.ts';
import { isTruthy, numberOf, textMax, textArg, textOf } from './values.ts';

/** Functions of texts that look for patterns. */
export const patternFunctions: Readonly<Record<string, Native>> = {
  find: ([text, pattern, from, isPlain]) => {
    const [whole, wanted, start] = [textArg(text), textArg(pattern), startOf(from, text)];
    if (isTruthy(isPlain)) {
      const at = whole.indexOf(wanted, start);
      return at < 0 ? undefined : new Several([at + 1, at + wanted.length]);
    }
    const found = firstMatch(whole, wanted, start);
    return (
      found &&
      new Several([found.index + 1, found.index + found[0].length, ...captured(found).slice(0, found.length - 1)])
    );
  },
  match: ([text, pattern, from]) => {
    const found = firstMatch(textArg(text), textArg(pattern), startOf(from, text));
    return found && new Several(captured(found));
  },
  gmatch: ([text, pattern]) => new Pairs(matchesOf(textArg(text), textArg(pattern))),
  gsub: ([text, pattern, replacement, most]) => {
    const limit = most === undefined ? Infinity : (numberOf(most) ?? 0);
    let count = 0;
    let length = 0;
    const replaced = textArg(text).replace(textPattern(textArg(pattern)), (...found: unknown[]) => {
      const matched = String(found[0]);
      if (count >= limit) return matched;
      count += 1;
      const groups = found.slice(
        1,
        found.findIndex((part) => typeof part === 'number'),
      );
      const put = replacementOf(replacement, matched, groups);
      length += put.length;
      if (length > textMax) throw new TemplateError('a text became too long');
      return put;
    });
    return new Several([replaced, count]);
  },
};

function firstMatch(text: string, pattern: string, start: number): RegExpExecArray | undefined {
  const expression = textPattern(pattern);
  // From a later start on, an anchor means that start.
  const rest = start === 0 ? text : text.slice(start);
  expression.lastIndex = 0;
  const found = expression.exec(rest);
  if (found !== null) found.index += start;
  return found ?? undefined;
}

function* matchesOf(text: string, pattern: string): IterableIterator<readonly unknown[]> {
  const expression = textPattern(pattern);
  expression.lastIndex = 0;
  for (const found of text.matchAll(expression)) yield captured(found);
}

/** The captures, or all of it where there are none. */
function captured(found: RegExpExecArray | RegExpMatchArray): string[] {
  const groups = found.slice(1).map((group) => group ?? '');
  return groups.length > 0 ? groups : [found[0]];
}

function replacementOf(replacement: unknown, matched: string, groups: readonly unknown[]): string {
  const first = groups.length > 0 ? groups[0] : matched;
  if (replacement instanceof Table) {
    const value = replacement.get(first);
    return isTruthy(value) ? textOf(value) : matched;
  }
  return textArg(replacement).replace(/%([\s\S]?)/g, (_all, code: string) => {
    if (code === '%') return '%';
    if (!/\d/.test(code)) throw new TemplateError('in a replacement, % stands before a digit or another %');
    if (code === '0') return matched;
    return code === '1' ? String(first) : String(groups[Number(code) - 1] ?? '');
  });
}

function startOf(from: unknown, text: unknown): number {
  const at = from === undefined ? 1 : (numberOf(from) ?? 1);
  return at < 0 ? Math.max(0, textArg(text).length + at) : Math.max(0, at - 1);
}
