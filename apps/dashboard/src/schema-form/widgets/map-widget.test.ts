import { expect, test } from 'vitest';
import { entryProblem } from './map-widget.tsx';

test('a key that is there already does not replace its value without a word', () => {
  const typed = { key: 'team', text: 'blue', needsValue: true, taken: ['team'] };

  expect(entryProblem(typed)).toBe('“team” is there already. Change it above.');
});

test('a pair that was left unfinished is told not to be part of the change', () => {
  expect(entryProblem({ key: 'team', text: '', needsValue: true, taken: [] })).toMatch(/needs a value/);
  expect(entryProblem({ key: '', text: 'blue', needsValue: true, taken: [] })).toMatch(/needs a key/);
});

test('a finished pair, a key that needs no value and nothing at all are fine', () => {
  expect(entryProblem({ key: 'team', text: 'blue', needsValue: true, taken: ['other'] })).toBeUndefined();
  expect(entryProblem({ key: 'team', text: '', needsValue: false, taken: [] })).toBeUndefined();
  expect(entryProblem({ key: '', text: '', needsValue: true, taken: [] })).toBeUndefined();
});
