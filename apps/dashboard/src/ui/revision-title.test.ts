import { expect, test } from 'vitest';
import { revisionTitle } from './revision-title.ts';

const change = { kind: 'plugin_config', id: 'base', action: 'delete' } as const;

test('the words of the author come first', () => {
  expect(revisionTitle({ message: 'Tidy up', change_count: 1, changes: [change] })).toBe('Tidy up');
});

test('without words, a revision is told by what it did', () => {
  expect(revisionTitle({ message: null, change_count: 1, changes: [change] })).toBe('Deleted plugin config base');
  expect(revisionTitle({ message: '', change_count: 3, changes: [change] })).toBe(
    'Deleted plugin config base and 2 more',
  );
  expect(revisionTitle({ message: null, change_count: 0, changes: [] })).toBe('No changes');
});
