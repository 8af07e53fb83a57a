import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvCell } from '../src/audit/audit-export.ts';
import { asBrowser, signIn } from './browser.ts';
import { addGroup, type Proving, signedIn, withKey } from './credentials.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const AUDIT = '/api/v1/audit';
const route = (uri: string) => ({ uri, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
let plane: TestControlPlane;
let prodAdmin: Proving;

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly group: string | null;
  readonly id: string | null;
  readonly failed: boolean;
  readonly at: string;
}

beforeAll(async () => {
  plane = await startControlPlane();
  await addGroup(plane, 'prod');
  prodAdmin = await signedIn(plane, null, { prod: 'admin' });
  for (const group of ['default', 'prod'])
    for (const id of ['first-route', 'second'])
      await plane.call('PUT', `/api/v1/groups/${group}/resources/routes/${id}`, route(`/${id}`));
  await signIn(plane, 'admin', 'wrong');
});
afterAll(() => plane[Symbol.asyncDispose]());

const entries = async (query: string, proving: Proving = { 'x-api-key': plane.adminKey }): Promise<Entry[]> => {
  const answer = await asBrowser(plane, 'GET', `${AUDIT}?${query}`, undefined, proving);
  expect(answer.status).toBe(200);
  return answer.body.list as Entry[];
};

test('a write that is refused is in the trail of its group, a read that is refused is not', async () => {
  const viewer = await withKey(plane, 'viewer');
  const session = await signedIn(plane, null, { prod: 'viewer' });
  const path = '/api/v1/groups/prod/resources/routes/forbidden';
  expect((await asBrowser(plane, 'PUT', path, route('/x'), viewer)).status).toBe(403);
  expect((await asBrowser(plane, 'PUT', path, route('/x'), { ...session, 'x-csrf-token': 'wrong' })).status).toBe(403);
  expect((await plane.call('PUT', '/apisix/admin/routes/forbidden', route('/x'), viewer)).status).toBe(401);
  expect((await asBrowser(plane, 'GET', '/api/v1/users', undefined, viewer)).status).toBe(403);
  expect(await entries('failed=true&kind=route&id=forbidden')).toMatchObject([
    { action: 'request.refuse', group: null, failed: true, detail: { method: 'PUT', code: 'ADMIN_KEY_REFUSED' } },
    { action: 'request.refuse', group: 'prod', failed: true, detail: { code: 'CSRF_REJECTED' } },
    {
      action: 'request.refuse',
      actor: 'viewer key',
      actor_type: 'admin_key',
      group: 'prod',
      detail: { method: 'PUT', path: '/api/v1/groups/:group/resources/:plural/:id', code: 'FORBIDDEN' },
    },
  ]);
  expect(await entries('failed=true&text=users')).toEqual([]);
});

test('nobody fills the trail with refusals: after a few they are counted', async () => {
  const viewer = await withKey(plane, 'viewer');
  await plane.database.query(`UPDATE api_token SET name = 'flood' WHERE name = 'viewer key'`);
  for (let i = 0; i < 60; i += 1) await asBrowser(plane, 'DELETE', '/api/v1/users/x', undefined, viewer);
  const written = (await entries('failed=true&actor=flood&limit=500')).length;
  expect(written).toBeGreaterThanOrEqual(20);
  expect(written).toBeLessThan(50);
});

test.each([
  ['actor=SLUICE_ADMIN_KEY&group=prod', 2],
  ['action=resource.create&group=default', 2],
  ['action=resource.*', 4],
  ['action=resourc_.*', 0],
  ['kind=route&id=second', 2],
  ['text=first', 2],
  ['text=first+prod', 1],
  ['text=FIRST-ROU', 2],
  ['text=first+nothing', 0],
  ['actor=nobody', 0],
])('%s finds %i entries', async (query, count) => {
  expect(await entries(`${query}&limit=500`)).toHaveLength(count);
});

test('entries are found by time, from one moment to before another', async () => {
  const [latest] = await entries('action=resource.create');
  const at = latest?.at ?? '';
  expect((await entries(`action=resource.create&from=${at}`)).length).toBe(1);
  expect((await entries(`action=resource.create&to=${at}`)).length).toBe(3);
});

test.each([
  'from=yesterday',
  'to=2026-13-01',
  'text=%2A%2A',
  'failed=maybe',
  'limit=0',
  'before=2026-13-01T00:00:00.000Z_1_1',
])('a filter that cannot be meant is refused: %s', async (query) => {
  const answer = await plane.call('GET', `${AUDIT}?${query}`);
  expect([answer.status, answer.body.error.code]).toEqual([400, 'INVALID']);
});

test('the administrator of a group sees the group and nothing else, in the list, in the export and by verify', async () => {
  const all = await entries('limit=500', prodAdmin);
  expect(all.length).toBeGreaterThanOrEqual(2);
  expect(new Set(all.map(({ group }) => group))).toEqual(new Set(['prod']));
  expect(await entries('group=default', prodAdmin)).toEqual([]);
  expect(await entries('action=session.*', prodAdmin)).toEqual([]);
  const exported = await exportOf('format=jsonl', prodAdmin);
  const groups = exported.body
    .trim()
    .split('\n')
    .map((line: string) => (JSON.parse(line) as Entry).group);
  expect(new Set(groups)).toEqual(new Set(['prod']));
  const verify = (body: object) => asBrowser(plane, 'POST', `${AUDIT}/verify`, body, prodAdmin);
  expect((await verify({})).status).toBe(403);
  expect((await verify({ group: 'default' })).status).toBe(403);
  expect((await verify({ group: 'prod' })).body.intact).toBe(true);
});

test('an export holds every entry, in lines or in a table, and is in the trail itself', async () => {
  const before = (await entries('limit=500&to=2999-01-01')).length;
  const lines = (await exportOf('format=jsonl')).body.trim().split('\n');
  const table = (await exportOf('format=csv')).body.trim().split('\r\n');
  expect([lines.length, table.length]).toEqual([before + 1, before + 3]);
  expect(table[0]).toMatch(/^at,actor,actor_type,action,group,/);
  expect((await entries('action=audit.export')).length).toBeGreaterThanOrEqual(2);
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=a\r\nb', `"'=a\r\nb"`],
  [-1, '-1'],
  [null, ''],
  [{ a: '=1' }, '"{""a"":""=1""}"'],
])('a cell of a table is no formula: %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('the actions that occur are told, each once', async () => {
  const { list } = (await plane.call('GET', `${AUDIT}/actions`)).body;
  expect(list).toEqual([...new Set(list)].toSorted());
  expect(list).toEqual(expect.arrayContaining(['resource.create', 'session.refuse', 'user.create']));
});

async function exportOf(query: string, proving: Proving = { 'x-api-key': plane.adminKey }): Promise<Answer> {
  const response = await fetch(`${plane.url}${AUDIT}/export?${query}`, { headers: proving });
  expect(response.headers.get('content-disposition')).toContain('attachment');
  return { status: response.status, headers: response.headers, body: await response.text() };
}
