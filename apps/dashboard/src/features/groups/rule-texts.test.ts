import { expect, test } from 'vitest';
import { approvalText, retentionText } from './rule-texts.ts';

test('who has to approve is named', () => {
  expect(approvalText({ required: true, approvers: 'admin' })).toMatch(/second person.*an administrator/);
  expect(approvalText({ required: false, approvers: 'owner' })).toMatch(/without/);
});

test('what is kept says both rules, or that there is none', () => {
  expect(retentionText({ keep_revisions: null, keep_days: null })).toBe('All revisions are kept at hand.');
  expect(retentionText({ keep_revisions: 100, keep_days: 30 })).toMatch(
    /newest 100 revisions and those of the last 30/,
  );
});
