import { expect, test } from 'vitest';
import { slotOf } from './key-slot.ts';

test.each([
  ['123456789', 0x31c3],
  ['foo', 12_182],
  ['{foo}.bar', 12_182],
  ['a{foo}b{bar}', 12_182],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', slotOf('{bar')],
  ['', 0],
])('the key %j has the slot that Redis gives it', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});
