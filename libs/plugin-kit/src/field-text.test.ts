import { expect, test } from 'vitest';
import { bytesText, fieldTemplate, fieldText } from './field-text.ts';

test.each([
  ['a line break', 'a\r\nX-Evil: 1', 'a%0D%0AX-Evil: 1'],
  ['a NUL, a tab and a DEL', 'a\0b\tc\x7f', 'a%00b%09c%7F'],
  ['characters whose low byte is a line break', '\u010d\u010aX-Evil: 1', 'Ä\x8dÄ\x8aX-Evil: 1'],
  ['a character of two code units', '😀', 'ð\x9f\x98\x80'],
  ['half a character', '\ud83d', 'ï¿½'],
])('%s cannot end the line of a field', (_case, text, expected) => {
  expect(fieldText(text)).toBe(expected);
});

test('bytes that came in a field stay what they are', () => {
  const bytes = bytesText('plain, ä À € 😀');
  expect(fieldText(bytes)).toBe(bytes);
  expect(Buffer.from(bytes, 'latin1').toString()).toBe('plain, ä À € 😀');
});

test('a configured value goes as UTF-8, and what a variable brings cannot end its line', () => {
  const template = (source: string) => () => source.replace('$uri', '/\u010d\u010aX-Evil: 1');
  expect(fieldTemplate('\u20ac', template)({} as never)).toBe(bytesText('\u20ac'));
  expect(fieldTemplate('\u00e9$uri', template)({} as never)).toBe(bytesText('\u00e9/\u010d\u010aX-Evil: 1'));
});
