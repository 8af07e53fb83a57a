import { expect, test } from 'vitest';
import { SlotTable, windowWord } from './slot-table.ts';

const values = [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 39 + 12_345, windowWord.valueMax];

test.each(values)('a word keeps the number %i and its tag, in the table as well', (value) => {
  const table = SlotTable.create(16, 0);
  const word = windowWord.make(value, 0xabcdef);
  expect(table.swapHits(3, { high: 0, low: 0 }, word)).toBe(true);
  const kept = table.hits(3);
  expect([windowWord.value(kept), windowWord.tag(kept)]).toEqual([value, 0xabcdef]);
});

test('a word is swapped only for what it is, in both halves', () => {
  const table = SlotTable.create(16, 0);
  const [word, next] = [windowWord.make(2 ** 35 + 7, 1), windowWord.make(8, 2)];
  table.swapKey(5, { high: 0, low: 0 }, word);
  for (const other of [
    { ...word, high: word.high + 1 },
    { ...word, low: word.low + 1 },
  ]) {
    expect([table.isKey(5, other), table.swapKey(5, other, next)]).toEqual([false, false]);
  }
  expect([table.isKey(5, word), table.swapKey(5, word, next), table.isKey(5, next)]).toEqual([true, true, true]);
});

test('the count of windows in a tag begins again, and tags of two keys differ', () => {
  let word = windowWord.make(9, windowWord.nextTag({ high: 0, low: 0 }, 0x1234));
  const first = windowWord.tag(word);
  for (let i = 0; i < 256; i += 1) word = windowWord.make(9, windowWord.nextTag(word, 0x1234));
  expect(windowWord.tag(word)).toBe(first);
  expect([windowWord.isOf(word, 0xffff1234 | 0), windowWord.isOf(word, 0x1235)]).toEqual([true, false]);
});
