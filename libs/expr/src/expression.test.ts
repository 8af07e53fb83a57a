import { describe, expect, test } from 'vitest';
import { checkExpression, compileExpression } from './expression.ts';

function holds(vars: unknown, variables: Record<string, unknown> = {}): boolean {
  return compileExpression(vars).test({ variable: (name) => variables[name] });
}

describe('what is wrong with an expression is said in the words that clients know', () => {
  test.each([
    ['text', 'rule should be wrapped inside brackets'],
    [['arg_a', '==', 'x'], 'rule should be wrapped inside brackets'],
    [[['arg_a']], 'rule too short'],
    [[{}], 'rule too short'],
    [[{ arg_a: 'x' }], 'rule too short'],
    [[null], 'rule should be wrapped inside brackets'],
    [['OR', ['arg_a', '==', '1']], 'rule too short'],
    [[['arg_a', '=', 'x']], "invalid operator '='"],
    [[['arg_a', 123, 'x']], "invalid operator '123'"],
    [[['arg_a', '!', '==']], "bad 'not' expression"],
    [[[1, '==', 1]], 'invalid expression'],
    [[['arg_a', 'in', 'x']], 'invalid expression'],
    [[['remote_addr', 'ipmatch', ['::1/129']]], 'invalid ip address: ::1/129'],
    [[['uri', '~~', 'a(?=b)']], 'lookarounds are not supported in "a(?=b)"'],
    [[['uri', '~~', '(a)\\1']], 'backreferences are not supported in "(a)\\1"'],
    [[['uri', '~~', '(']], '"(" is not a valid regular expression'],
  ])('%j', (vars, message) => {
    expect(checkExpression(vars)).toBe(message);
  });

  test('nesting without end is refused', () => {
    const deep = Array.from({ length: 100 }).reduce<unknown[]>((inner) => [inner], ['a', '==', 'b']);
    expect(checkExpression(deep)).toBe('invalid expression');
  });
});

describe('an operator', () => {
  test.each([
    [['a', '==', 'x'], { a: 'x' }, true],
    [['a', 'x'], { a: 'x' }, true],
    [['a', '==', 'x'], {}, false],
    [['a', '==', 10], { a: '10' }, true],
    [['a', '==', 10], { a: 'ten' }, false],
    [['a', '==', 0], { a: '' }, false],
    [['a', '==', null], {}, true],
    [['a', '==', null], { a: '' }, false],
    [['a', '~=', 10], { a: 'ten' }, true],
    [['a', '~=', 'x'], {}, true],
    [['a', '>', 18], { a: '19' }, true],
    [['a', '>', '18'], { a: '18.5' }, true],
    [['a', '>', 18], {}, false],
    [['a', '>', 18], { a: 'old' }, false],
    [['a', '>=', 18], { a: '18' }, true],
    [['a', '<', 18], { a: '18' }, false],
    [['a', '<=', 18], { a: '18' }, true],
    [['a', '~~', '^/api/v\\d'], { a: '/api/v1/x' }, true],
    [['a', '~~', '^[A-Z]+$'], { a: 'abc' }, false],
    [['a', '~*', '^[A-Z]+$'], { a: 'abc' }, true],
    [['a', '~~', '.*'], {}, false],
    [['a', 'in', ['1', '2']], { a: '2' }, true],
    [['a', 'IN', [1, 2]], { a: '2' }, true],
    [['a', 'in', ['1']], {}, false],
    [['a', 'has', 'owner'], { a: ['repo', 'owner'] }, true],
    [['a', 'has', 'owner'], { a: 'owner' }, false],
    [['a', 'ipmatch', '10.0.0.0/8'], { a: '10.1.2.3' }, true],
    [['a', 'ipmatch', ['10.0.0.0/8', '::1']], { a: '::1' }, true],
    [['a', 'ipmatch', '10.0.0.0/8'], { a: 'no address' }, false],
    [['a', '!', '==', 'x'], { a: 'y' }, true],
    [['a', '!', 'in', ['x']], { a: 'x' }, false],
  ])('%j of %j is %s', (rule, variables, expected) => {
    expect(holds([rule], variables)).toBe(expected);
  });
});

describe('rules combine', () => {
  const [yes, no] = [
    ['a', '==', '1'],
    ['a', '==', '2'],
  ];
  test.each([
    [[], true],
    [[yes, no], false],
    [['OR', no, yes], true],
    [['or', no, no], false],
    [['AND', yes, yes], true],
    [['!AND', yes, no], true],
    [['!OR', no, no], true],
    [['!OR', no, yes], false],
    [['OR', no, ['AND', yes, ['!OR', no, no]]], true],
    [
      [
        [yes, yes],
        ['OR', no, yes],
      ],
      true,
    ],
    [[[yes, no]], false],
  ])('%j is %s', (vars, expected) => {
    expect(holds(vars, { a: '1' })).toBe(expected);
  });
});

test('a pattern that backtracks without end answers in linear time', () => {
  const started = performance.now();
  expect(holds([['a', '~~', '^(a+)+$']], { a: `${'a'.repeat(40)}!` })).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
