import { expect, test } from 'vitest';
import { auditFilter, readAuditSearch } from './audit-search.ts';

test('an address that makes no sense asks for everything', () => {
  expect(readAuditSearch({ actor: '', failed: 'yes', from: '2026-13-01', group: ['a'] })).toEqual({});
});

test('what an address asks for becomes the question, days whole', () => {
  const search = readAuditSearch({ actor: 'jane', failed: true, id: 7, to: '2026-11-21' });

  expect(auditFilter(search)).toEqual({ actor: 'jane', failed: true, id: '7', to: '2026-11-22T00:00:00.000Z' });
});
