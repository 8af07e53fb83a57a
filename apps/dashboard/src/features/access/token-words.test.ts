import { expect, test } from 'vitest';
import type { ApiToken } from '../../api/access-types.ts';
import { browserName } from './sessions-table.tsx';
import { scopeOf, stateOf } from './token-words.ts';

const token: ApiToken = {
  id: '1',
  name: 'ci',
  type: 'service',
  username: null,
  prefix: 'slt_AbCd',
  role: 'editor',
  groups: ['prod', 'eu'],
  read_only: true,
  apis: ['admin-api'],
  kinds: ['route', 'plugin_config'],
  created_by: 'jane',
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-06-01T00:00:00Z',
  last_used_at: null,
  revoked_at: null,
};

test('a token that was revoked is that, also after its end', () => {
  expect(stateOf(token, new Date('2026-05-31T00:00:00Z'))).toBe('valid');
  expect(stateOf(token, new Date('2026-06-01T00:00:00Z'))).toBe('expired');
  expect(stateOf({ ...token, revoked_at: '2026-02-01T00:00:00Z' }, new Date('2027-01-01T00:00:00Z'))).toBe('revoked');
});

test('every limit of a token is told', () => {
  expect(scopeOf(token)).toEqual([
    'editor in prod, eu, reading only',
    'only route, plugin config',
    'by the Admin API only',
  ]);
});

test('a browser is called as people call it, and what is no browser as it calls itself', () => {
  const edge = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0';

  expect(browserName(edge)).toBe('Edge on Windows');
  expect(browserName('curl/8.5')).toBe('curl/8.5');
  expect(browserName(null)).toBe('unknown');
});
