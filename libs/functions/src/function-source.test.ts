import { describe, expect, test } from 'vitest';
import { checkFunction } from './function-source.ts';

describe('what is no function of JavaScript is refused', () => {
  test.each([
    ["function(vars) return vars.arg_name == 'json' end", 'is Lua, which is not run here'],
    ['function(vars)\n  if vars.a then\n return true\n end\nend', 'is Lua, which is not run here'],
    ['function (vars) { return ', 'is not valid JavaScript'],
    ['function () {}) ; (function () {}', 'is not valid JavaScript'],
    ['function () {}]; while (true); [1', 'is not valid JavaScript'],
    ['function () {}); while (true); (1', 'is not valid JavaScript'],
    ['function (a: string) {}); while (true); (1', 'is not valid JavaScript'],
    ['function () { enum A { B } }', 'is not valid JavaScript'],
    ['while (true);', 'is not the source of a function'],
    ['"text"', 'is not the source of a function'],
    [`function () { ${' '.repeat(70_000)} }`, 'is longer than'],
  ])('%s', (source, reason) => {
    expect(checkFunction(source)).toContain(reason);
  });
});

test.each([
  'function (vars) { return vars.arg_name === "json"; }',
  'function named(vars) { return true; } // end',
  'function (vars: { a: string }): boolean { return vars.a as unknown as boolean; }',
  '(vars) => vars.a > 1',
  'vars => vars.a',
])('%s is one', (source) => {
  expect(checkFunction(source)).toBeUndefined();
});

test('checking runs nothing', () => {
  expect(checkFunction('(() => { while (true); })()')).toBeUndefined();
});
