import type { RequestContext } from '@sluice/plugin-kit';
import { expect, test } from 'vitest';
import { replacement, splitQuery } from './replacement.ts';

/** Marks what the template compiler was given, so that a test sees which parts were taken for a template. */
const template = (source: string) => () => `<${source}>`;
const ctx = {} as RequestContext;
const captures = /(.)(.)(z)?/.exec('ab');

test.each([
  ['plain', 'plain'],
  ['$1-$2', 'a<->b'],
  ['/$0/', '</>ab</>'],
  ['$3$4', ''],
  ['${2}1', 'b1'],
  ['$11', 'a1'],
])('"%s" becomes "%s"', (source, filled) => {
  const plainToo = filled.replaceAll(/<([^<>$]*)>/g, '$1');
  const result = replacement(source, template)(ctx, captures).replaceAll(/<([^<>$]*)>/g, '$1');
  expect(result).toBe(plainToo);
});

test('variables around a capture are left to the template, one piece each', () => {
  expect(replacement('$host/$1/$arg_a', template)(ctx, captures)).toBe('<$host/>a</$arg_a>');
});

test('a capture that looks like a variable stays what the client sent', () => {
  expect(replacement('/$1', (source) => () => source)(ctx, /(.*)/.exec('$host$2'))).toBe('/$host$2');
});

test('without a match captures are empty', () => {
  expect(replacement('[$1]', (source) => () => source)(ctx, null)).toBe('[]');
});

test.each([
  ['/a', ['/a', undefined]],
  ['/a?', ['/a', '']],
  ['/a?b?c', ['/a', 'b?c']],
  ['/${a ?? b}/c', ['/${a ?? b}/c', undefined]],
  ['/${a ?? b}?c=${d ?? e}', ['/${a ?? b}', 'c=${d ?? e}']],
])('the query of "%s" begins at the first question mark outside of variables', (source, parts) => {
  expect(splitQuery(source)).toEqual(parts);
});
