import { loadSettings } from '@sluice/settings';
import { expect, test } from 'vitest';
import { pathOptions } from './path-settings.ts';
import { dataPlaneSettings } from './settings.ts';

const optionsOf = (env: Record<string, string>) => pathOptions(loadSettings(dataPlaneSettings, { env }));

test('without a setting for paths no request is looked at for one', () => {
  expect(optionsOf({})).toEqual({});
});

test.each([
  ['SLUICE_DELETE_URI_TAIL_SLASH', 'deletesTailSlash'],
  ['SLUICE_NORMALIZE_URI_LIKE_SERVLET', 'isServletLike'],
  ['SLUICE_MATCH_URI_ENCODED_SLASH', 'keepsEncodedSlash'],
])('%s is the rule of its name, and no other', (variable, rule) => {
  const none = { deletesTailSlash: false, isServletLike: false, keepsEncodedSlash: false };
  expect(optionsOf({ [variable]: 'true' })).toEqual({ pathRules: { ...none, [rule]: true } });
});
