import { expect, test } from 'vitest';
import { includesRole, roleIn } from './roles.ts';

test('whoever has no role may nothing', () => {
  expect(includesRole(undefined, 'viewer')).toBe(false);
  expect(includesRole('viewer', 'editor')).toBe(false);
  expect(includesRole('owner', 'admin')).toBe(true);
});

test('an editor of one group is nobody in another and outside of any', () => {
  const grants = [{ group: 'prod', role: 'editor' }] as const;

  expect(roleIn(grants, 'staging')).toBeUndefined();
  expect(roleIn(grants, null)).toBeUndefined();
  expect(roleIn(grants, 'prod')).toBe('editor');
});

test('the stronger of two roles holds', () => {
  const grants = [
    { group: null, role: 'admin' },
    { group: 'prod', role: 'viewer' },
  ] as const;

  expect(roleIn(grants, 'prod')).toBe('admin');
});
