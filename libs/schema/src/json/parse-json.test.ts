import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { isExactNumber } from './exact-number.ts';
import { JsonError } from './json-error.ts';
import type { JsonValue } from './json-value.ts';
import { jsonDepthMax, parseJson } from './parse-json.ts';
import { ValueGenerator } from '../validate/value-generator.ts';

describe('what loses or hides something is refused, with its place', () => {
  test.each([
    ['{"a": 1,\n "b": {"c": 1, "c": 2}}', 'duplicate key "c" at line 2, column 16'],
    ['{"a":1,"\\u0061":2}', 'duplicate key "a" at line 1, column 8'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate key "__proto__" at line 1, column 16'],
    ['{"a":"x\\u0000y"}', 'a string contains the NUL character at line 1, column 6 (value of "a")'],
    ['["\\ud800"]', 'a string contains half of a surrogate pair at line 1, column 2'],
    ['["\ud800"]', 'a string contains half of a surrogate pair at line 1, column 2'],
    [
      '{"n":9007199254740993}',
      'the number 9007199254740993 would be stored as 9007199254740992 at line 1, column 6 (value of "n")',
    ],
    ['[1e400]', 'the number 1e400 would be stored as Infinity at line 1, column 2'],
    ['[0.1000000000000000055511151231257827]', 'would be stored as 0.1'],
    ['[1e-999999999999999999]', 'would be stored as 0'],
  ])('%j', (text, message) => {
    expect(() => parseJson(text)).toThrow(JsonError);
    expect(() => parseJson(text)).toThrow(message);
  });
});

test('of two equal keys the last one counts for those who ask which they were', () => {
  const repeated: string[] = [];
  const text = '{"a": {"b": 1, "\\u0062": 2},\n "c": 1, "a": 3, "__proto__": 1, "__proto__": 2}';
  const value = parseJson(text, repeated) as Record<string, unknown>;
  expect(Object.entries(value)).toEqual([
    ['a', 3],
    ['c', 1],
    ['__proto__', 2],
  ]);
  expect(repeated).toEqual(['line 1, column 16', 'line 2, column 10', 'line 2, column 34']);
  expect(() => parseJson('{"a":1,"a":}', [])).toThrow(JsonError);
});

describe('what is not JSON is refused', () => {
  const broken = [
    '',
    ' ',
    '{',
    '[',
    '"',
    '"a',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '{,}',
    '{a:1}',
    "{'a':1}",
  ];
  const odd = [
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    '-',
    'NaN',
    'Infinity',
    'tru',
    'nul',
    'True',
    '1 2',
    '[1]]',
    '{"a" 1}',
    '[1 2]',
  ];
  const strings = [
    '"\b"',
    '"\u001b"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '"a\\"',
    '\ufeff1',
    '// a\n1',
    '"\\',
    '{"a":1 "b":2}',
  ];
  test.each([...broken, ...odd, ...strings])('%j', (text) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => parseJson(text)).toThrow(JsonError);
  });
});

test('a text that stops early says so', () => {
  expect(() => parseJson('{"a":')).toThrow('but the text ends at line 1, column 6 (value of "a")');
});

test('nesting has a limit, so that a small text cannot exhaust the stack', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => parseJson(nested(jsonDepthMax + 1))).toThrow('more than 128 levels of nesting');
  expect(() => parseJson('['.repeat(1e6))).toThrow('more than 128 levels');
  expect(parseJson(nested(jsonDepthMax))).toBeDefined();
});

test('__proto__ is a key like any other', () => {
  const value = parseJson('{"__proto__":{"a":1},"b":2}') as Record<string, JsonValue>;
  expect(Object.keys(value)).toEqual(['__proto__', 'b']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"b":2}');
});

test.each([
  '0',
  '-0',
  '0.10',
  '1.0',
  '100e-2',
  '1E2',
  '123456789012345678e0',
  '5e-324',
  '1.7976931348623157e308',
  '0e999',
])('the number %s says what its double says, or is refused', (text) => {
  const isExact = isExactNumber(text, Number(text));
  expect(isExact).toBe(text !== '123456789012345678e0');
  if (isExact) expect(parseJson(text)).toBe(Number(text) + 0);
});

test('whatever JSON.parse reads and is exact is read alike', () => {
  const text = ' {"a" : [ true , false, null, -1.5e3, "\\u00e9\\n\\/\\"\\\\ é 😀", {} , [] ] ,"":{"10":1,"9":2}}\r\n\t';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test('every value survives its canonical text', () => {
  const generator = new ValueGenerator(41);
  const texts = ['', '"', '\\', '\u0001', 'é', '\u2028', '😀', '__proto__', 'a/b~c', '\u007f'];
  const randomValue = (depth: number): JsonValue => {
    const scalar = generator.pick<JsonValue>([null, true, 0, 1e21, 1e-7, -1.5, 5e-324, 2 ** 53, generator.pick(texts)]);
    if (depth === 0) return scalar;
    const children = generator.pick([[], [1], [1, 2, 3]]).map(() => randomValue(depth - 1));
    const keys = children.map(() => generator.pick(texts));
    return generator.pick<JsonValue>([
      scalar,
      children,
      Object.fromEntries(children.map((child, i) => [keys[i], child])),
    ]);
  };
  for (let i = 0; i < 3000; i += 1) {
    const value = randomValue(4);
    expect(parseJson(canonicalJson(value))).toEqual(value);
    expect(parseJson(JSON.stringify(value, null, 2))).toEqual(value);
  }
});

test('line breaks and tabs in strings are what their escapes are', () => {
  expect(parseJson('{"a":"one\r\n\ttwo"}')).toEqual({ a: 'one\r\n\ttwo' });
});
