import { redacted } from '@sluice/schema';
import { expect, test } from 'vitest';
import { concealed, readJson } from './json-text.ts';

test.each([
  ['{"a": x}', 'line 1, column 7'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
  ['{\n  "a": [1, 2,]\n}', 'line 2, column 14'],
  ['{"a": "open\n}', 'line 1, column 7'],
  ['{"a": 1', 'line 1, column 8'],
  ['{"a": 01}', 'line 1, column 8'],
  ['{} {}', 'line 1, column 4'],
  ['', 'line 1, column 1'],
])('broken JSON says where it breaks: %j', (text, place) => {
  expect(readJson(text)).toEqual({ problem: expect.stringMatching(new RegExp(`^[^{]+ \\(${place}\\)$`)) });
});

test('what is JSON has no problem', () => {
  expect(readJson('{"a": [1, -2.5e3, "\\u00e9", null]}')).toEqual({ value: { a: [1, -2500, 'é', null] } });
});

test('stored secrets are said to be hidden wherever they stand', () => {
  const value = { plugins: { 'key-auth': { key: redacted } }, list: [redacted, 1] };

  expect(concealed(value)).toEqual({ plugins: { 'key-auth': { key: 'hidden' } }, list: ['hidden', 1] });
  expect(value.plugins['key-auth'].key).toBe(redacted);
});
