import { expect, test } from 'vitest';
import { includesRole, roleIn } from './role.ts';

test('a role does not include a stronger one', () => {
  expect(includesRole('editor', 'admin')).toBe(false);
  expect(includesRole('editor', 'editor')).toBe(true);
  expect(includesRole('owner', 'viewer')).toBe(true);
});

test('a grant for one group gives nothing in another group and nothing outside of groups', () => {
  const grants = [{ group: 'prod', role: 'owner' }] as const;
  expect(roleIn(grants, 'staging')).toBeUndefined();
  expect(roleIn(grants, null)).toBeUndefined();
});

test('of several grants the strongest counts', () => {
  const grants = [
    { group: null, role: 'viewer' },
    { group: 'prod', role: 'editor' },
  ] as const;
  expect(roleIn(grants, 'prod')).toBe('editor');
  expect(roleIn(grants, 'staging')).toBe('viewer');
  expect(roleIn(grants, null)).toBe('viewer');
});
