import { expect, test } from 'vitest';
import { sectionsOf } from './sections.ts';

const screen = { kind: 'x', columns: [], groups: { Match: ['uri', 'gone'], Empty: ['gone'] }, emptyHint: '' };

test('every field has a place, and no section is empty', () => {
  expect(sectionsOf(screen, ['uri', 'brand_new', 'id'], ['id'])).toEqual([
    { title: 'Match', keys: ['uri'] },
    { title: 'Advanced', keys: ['brand_new'] },
  ]);
});
