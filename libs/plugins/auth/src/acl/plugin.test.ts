import { describe, expect, test } from 'vitest';
import { keyAuth } from '../key-auth/plugin.ts';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { trustedUser } from './fixtures/trusted-user.ts';
import { acl } from './plugin.ts';

const member = (name: string, labels: object) => consumer(name, { 'key-auth': { key: name } }, { labels });
const people = [
  member('ann', { org: 'apache,api7', team: 'a' }),
  member('bob', { org: '["api7","other"]' }),
  member('eve', { team: 'a' }),
];
const known = [acl, keyAuth, trustedUser];

const start = (config: object, plugins: object = { 'key-auth': {} }) =>
  startProtected(known, { ...plugins, acl: config }, people);

async function statusesOf(config: object, ...names: readonly string[]): Promise<number[]> {
  await using pair = await start(config);
  const seen: number[] = [];
  for (const apikey of names) seen.push((await pair.gateway.get('/', { apikey })).statusCode);
  return seen;
}

describe('a request is refused, and the upstream never hears of it,', () => {
  test('from nobody who is known', async () => {
    await using pair = await start({ deny_labels: { org: ['x'] } }, {});
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Missing authentication."}\n']);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('from a consumer with a label that is refused', async () => {
    await using pair = await start({ deny_labels: { org: ['apache'] } });
    const response = await pair.gateway.get('/', { apikey: 'ann' });
    expect([response.statusCode, response.body]).toEqual([403, '{"message":"The consumer is forbidden."}\n']);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('with the status and the message that are configured', async () => {
    await using pair = await start({ allow_labels: { org: ['x'] }, rejected_code: 402, rejected_msg: 'Pay.' });
    const response = await pair.gateway.get('/', { apikey: 'ann' });
    expect([response.statusCode, response.body]).toEqual([402, '{"message":"Pay."}\n']);
  });
});

describe('consumers pass', () => {
  test.each([
    ['with any of the values, in a list or in JSON', { allow_labels: { org: ['api7'] } }, [200, 200, 403]],
    ['with any of the labels', { allow_labels: { org: ['other'], team: ['a'] } }, [200, 200, 200]],
    ['unless a label is refused', { allow_labels: { team: ['a'] }, deny_labels: { org: ['apache'] } }, [403, 403, 200]],
    ['by whole values only', { allow_labels: { org: ['api', 'apache,api7'] } }, [403, 403, 403]],
    ['by labels of their own only', { allow_labels: { constructor: ['x'] } }, [403, 403, 403]],
  ])('%s', async (_case, config, statuses) => {
    expect(await statusesOf(config, 'ann', 'bob', 'eve')).toEqual(statuses);
  });
});

describe('users of an identity provider pass', () => {
  const groups = { allow_labels: { groups: ['admin'] } };
  const inTeam = { external_user_label_field: '$.team.roles', external_user_label_field_key: 'role' };
  const role = { allow_labels: { role: ['admin'] }, ...inTeam };
  test.each([
    ['by their groups', groups, { groups: ['dev', 'admin'] }, 200],
    ['by a text of groups', groups, { groups: 'dev, admin' }, 200],
    ['by groups as JSON', groups, { groups: '["admin"]' }, 200],
    ['not without the group', groups, { groups: ['dev'] }, 403],
    ['not without groups', groups, {}, 403],
    ['not by groups that are no text', groups, { groups: [{ name: 'admin' }] }, 403],
    ['by a field at a path', role, { team: { roles: ['admin'] } }, 200],
    ['not by another field', role, { role: ['admin'] }, 403],
    [
      'by a text with another separator',
      { ...groups, external_user_label_field_parser: 'segmented_text', external_user_label_field_separator: '|' },
      { groups: 'dev|admin' },
      200,
    ],
    [
      'only by the form that is said',
      { ...groups, external_user_label_field_parser: 'json' },
      { groups: 'admin' },
      403,
    ],
    [
      'only by a list, if that is said',
      { ...groups, external_user_label_field_parser: 'table' },
      { groups: 'admin' },
      403,
    ],
  ])('%s', async (_case, config, user, status) => {
    await using pair = await start(config, { 'trusted-user': {} });
    expect((await pair.gateway.get('/', { 'x-user': JSON.stringify(user) })).statusCode).toBe(status);
  });
});

const allow = { allow_labels: { org: ['x'] } };
test.each([
  [{}, 'object matches none of the required'],
  [{ allow_labels: {} }, 'property "allow_labels" validation failed'],
  [{ deny_labels: { org: [] } }, 'property "deny_labels" validation failed'],
  [
    { ...allow, external_user_label_field_parser: 'xml' },
    'property "external_user_label_field_parser" validation failed: matches none of the enum values',
  ],
  [{ ...allow, external_user_label_field_parser: 'segmented_text' }, 'allOf 1 failed: then clause did not match'],
  [{ ...allow, external_user_label_field_separator: '' }, 'string too short, expected at least 1, got 0'],
  [{ ...allow, external_user_label_field: '$.a[' }, 'invalid external_user_label_field:'],
  [{ ...allow, rejected_code: 600 }, 'property "rejected_code" validation failed'],
])('a configuration is refused: %j', async (config, message) => {
  await expect(start(config)).rejects.toThrow(message);
});
