import { expect, test } from 'vitest';
import { formatJoinToken, parseJoinToken } from './join-token.ts';

const token = { keySha256: 'ab'.repeat(32), secret: 'S_-'.repeat(14) + 'x' };
const text = formatJoinToken(token);

test.each([
  ['nothing', ''],
  ['another version', text.replace('sluice1', 'sluice2')],
  ['a hash that is too short', text.replace('ab', '')],
  ['a secret that was cut off', text.slice(0, -1)],
  ['something behind it', `${text}.x`],
])('%s is no join token', (_, wrong) => {
  expect(parseJoinToken(wrong)).toBeUndefined();
});

test('a join token comes apart into what it was made of, also with the line break of a file behind it', () => {
  expect(parseJoinToken(`${text}\n`)).toEqual(token);
});
