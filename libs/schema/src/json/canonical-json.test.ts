import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { JsonError } from './json-error.ts';
import type { JsonValue } from './json-value.ts';

test.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, [undefined], () => 1, 1n])(
  '%s has no canonical text',
  (value) => {
    expect(() => canonicalJson(value as unknown as JsonValue)).toThrow(JsonError);
  },
);

// The numbers are those of the appendix of RFC 8785, by their bits.
test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['41b3de4355555553', '333333333.3333332'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
])('the double %s is written %s', (bits, text) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  expect(canonicalJson(view.getFloat64(0))).toBe(text);
});

test('keys are sorted by code unit, at every level', () => {
  const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: { b: 1, a: [] } };
  expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":{"a":[],"b":1},"€":1,"😀":5,"\ufb33":3}');
});

test('strings keep everything but what JSON must escape, in lower case', () => {
  expect(canonicalJson('€$\u000f\nA\'B"\\/\u007f\u2028')).toBe('"€$\\u000f\\nA\'B\\"\\\\/\u007f\u2028"');
});

test('a member that is undefined is left out', () => {
  expect(canonicalJson({ b: 1, a: undefined } as unknown as JsonValue)).toBe('{"b":1}');
});
