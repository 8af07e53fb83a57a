import { expect, test } from 'vitest';
import type { Conflict } from '../../api/draft-types.ts';
import { firstDecision, isDecided, resolutionOf, waysOut } from './resolutions.ts';

const clash: Conflict = {
  kind: 'route',
  id: 'orders',
  reason: 'both_changed',
  mergeable: false,
  changed_in: null,
  base: {},
  theirs: {},
  mine: {},
  merged: null,
  fields: [{ path: '/uri' }, { path: '/desc' }],
};

test('nothing is decided for somebody where both changed the same field', () => {
  expect(isDecided(clash, firstDecision(clash))).toBe(false);
});

test('a merge is decided when every clashing field is', () => {
  expect(isDecided(clash, { take: 'merged', fields: { '/uri': 'mine' } })).toBe(false);
  expect(isDecided(clash, { take: 'merged', fields: { '/uri': 'mine', '/desc': 'theirs' } })).toBe(true);
});

test('what one side deleted cannot be merged', () => {
  expect(waysOut({ ...clash, reason: 'deleted_there' })).toEqual(['mine', 'theirs']);
});

test('what merges by itself is merged, and a chosen side leaves the fields out', () => {
  const easy = { ...clash, mergeable: true, fields: [] };

  expect(resolutionOf(easy, firstDecision(easy))).toEqual({ kind: 'route', id: 'orders', take: 'merged' });
  expect(resolutionOf(clash, { take: 'theirs', fields: { '/uri': 'mine' } })).toEqual({
    kind: 'route',
    id: 'orders',
    take: 'theirs',
  });
});
