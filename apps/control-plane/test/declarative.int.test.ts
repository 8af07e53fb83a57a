import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addGroup, withKey } from './credentials.ts';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

let made = 0;
/** The paths of a group of its own for each test. */
async function newGroup(): Promise<string> {
  made += 1;
  await addGroup(plane, `g${made}`);
  return `/api/v1/groups/g${made}`;
}

const apply = (group: string, document: unknown, more: object = {}) =>
  plane.call('POST', `${group}/apply`, { document, ...more });
const stateOf = async (group: string) => (await plane.call('GET', group)).body;
const summaryOf = (body: { summary: object }) => body.summary;
const document = {
  routes: [
    { id: 'a', uri: '/a', service_id: 's' },
    { id: 'b', uri: '/b', service_id: 's', labels: { team: 'x' } },
  ],
  services: [{ id: 's', upstream: sampleRoute('/').upstream }],
  consumers: [sampleConsumer('jack', 'secret-of-jack')],
};

describe('a document that cannot be is refused with all that is wrong', () => {
  test.each([
    ['a: [', ['']],
    [[], ['']],
    [{ rutes: [] }, ['/rutes']],
    [{ sluice: 2, routes: [] }, ['/sluice']],
    [{ routes: {} }, ['/routes']],
    [{ routes: ['x', { id: 'a', uri: '/a' }, { id: 'a', uri: '/b' }] }, ['/routes/0', '/routes/2']],
    [
      {
        routes: [
          { id: 'a', uri: '/a' },
          { id: 'b', ...sampleRoute('/b'), methods: ['X'] },
        ],
      },
      ['/routes/0', '/routes/1/methods/0'],
    ],
    [{ routes: [{ id: 'a', uri: '/a', service_id: 'none' }] }, ['/routes/0/service_id']],
    [{ consumers: [{ plugins: {} }] }, ['/consumers/0']],
    [{ consumers: [sampleConsumer('a', '__redacted__')] }, ['/consumers/0/plugins/key-auth/key']],
    [{ secrets: [{ id: 'vault', uri: 'http://v' }] }, ['/secrets/0']],
  ])('%j', async (bad, paths) => {
    const group = await newGroup();
    const { status, body } = await apply(group, bad);
    expect([status, (body.error.issues ?? [{ path: '' }]).map(({ path }: { path: string }) => path)]).toEqual([
      400,
      paths,
    ]);
    expect((await stateOf(group)).revision).toBe(0);
  });

  test('an issue names the resource, and never a secret', async () => {
    const { body } = await apply(await newGroup(), {
      consumers: [{ username: 'jack', plugins: { 'key-auth': { key: 5 } } }],
    });
    expect(body.error.issues[0].message).toContain('consumer "jack"');
  });
});

test('a document becomes one revision, and applied again it changes nothing', async () => {
  const group = await newGroup();
  const first = await apply(group, document, { message: 'begin' });
  expect(first.body).toMatchObject({ revision: 1, dry_run: false, head: 0, summary: { create: 4, unchanged: 0 } });
  expect(JSON.stringify(first.body)).not.toContain('secret-of-jack');
  const again = await apply(group, document);
  expect(again.body).toMatchObject({ revision: null, summary: { create: 0, update: 0, delete: 0, unchanged: 4 } });
  const { body } = await plane.call('GET', `${group}/revisions`);
  expect(body.list[0]).toMatchObject({ message: 'begin', source: 'apply', change_count: 4 });
});

test('a plan tells what would happen field by field, and changes nothing', async () => {
  const group = await newGroup();
  await apply(group, document);
  const changed = {
    ...document,
    routes: [{ id: 'a', uri: '/new', service_id: 's' }],
    consumers: [sampleConsumer('jack', 'another-secret')],
  };
  const { body } = await plane.call('POST', `${group}/plan`, { document: changed, prune: true });
  expect(body).toMatchObject({ revision: null, dry_run: true, head: 1 });
  expect(summaryOf(body)).toEqual({ create: 0, update: 2, delete: 1, unchanged: 1 });
  const [consumer, routeA, routeB] = body.changes;
  expect(consumer.operations).toEqual([{ op: 'changed', path: '/plugins/key-auth/key', secret: true }]);
  expect(routeA).toMatchObject({ kind: 'route', id: 'a', action: 'update' });
  expect(routeA.operations).toEqual([{ op: 'changed', path: '/uri', before: '/a', after: '/new' }]);
  expect(routeB).toMatchObject({ id: 'b', action: 'delete', after: null });
  expect(JSON.stringify(body)).not.toContain('another-secret');
  expect((await stateOf(group)).revision).toBe(1);
});

describe('pruning', () => {
  test('deletes what is not in the document, and nothing without being told to', async () => {
    const group = await newGroup();
    await apply(group, document);
    const less = { routes: [document.routes[0]], services: document.services };
    expect(summaryOf((await apply(group, less)).body)).toMatchObject({ delete: 0 });
    expect(summaryOf((await apply(group, less, { prune: true })).body)).toMatchObject({ delete: 2, unchanged: 2 });
    expect((await apply(group, {}, { prune: true })).body.summary.delete).toBe(2);
  });

  test('keeps to labels and kinds, and refuses both without being told to prune', async () => {
    const group = await newGroup();
    await apply(group, document);
    expect((await apply(group, {}, { selector: { team: 'x' } })).status).toBe(400);
    expect((await apply(group, {}, { prune: true, kinds: ['nothing'] })).status).toBe(400);
    expect((await apply(group, {}, { prune: true, selector: { team: 'y' } })).body.summary.delete).toBe(0);
    expect((await apply(group, {}, { prune: true, selector: { team: 'x' } })).body.changes).toMatchObject([
      { id: 'b' },
    ]);
    expect((await apply(group, {}, { prune: true, kinds: ['consumer'] })).body.changes).toMatchObject([{ id: 'jack' }]);
  });

  test('does not take away what something that stays refers to', async () => {
    const group = await newGroup();
    await apply(group, document);
    const { status, body } = await apply(group, {}, { prune: true, kinds: ['service'] });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('still using it')]);
  });
});

test('what was worked out against another head than expected is refused', async () => {
  const group = await newGroup();
  await apply(group, document);
  const { status } = await apply(group, {}, { prune: true, expected_head: 0 });
  expect([status, (await stateOf(group)).revision]).toEqual([412, 1]);
  expect((await apply(group, {}, { prune: true, expected_head: 1 })).status).toBe(200);
});

test('applied at once by many, a document is applied once', async () => {
  const group = await newGroup();
  const answers = await Promise.all(Array.from({ length: 4 }, () => apply(group, document)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await stateOf(group)).revision).toBe(1);
});

describe('an export', () => {
  test('is the same for the same state, whatever happened in between', async () => {
    const group = await newGroup();
    await apply(group, document);
    const first = await plane.call('GET', `${group}/export`);
    await plane.call('PUT', `${group}/resources/routes/c`, sampleRoute('/c'));
    expect((await plane.call('GET', `${group}/export`)).body).not.toBe(first.body);
    await plane.call('POST', `${group}/revisions/1/rollback`);
    expect((await plane.call('GET', `${group}/export`)).body).toBe(first.body);
    expect(first.headers.get('content-disposition')).toMatch(/filename="g\d+-r1\.yaml"/);
    expect(first.body).not.toContain('secret-of-jack');
    expect(first.body.endsWith('#END\n')).toBe(true);
  });

  test('of an earlier revision is what was exported then', async () => {
    const group = await newGroup();
    await apply(group, document);
    const { body: first } = await plane.call('GET', `${group}/export?times=omit`);
    await apply(group, {}, { prune: true });
    expect((await plane.call('GET', `${group}/export?times=omit&revision=1`)).body).toBe(first);
    expect(parse((await plane.call('GET', `${group}/export`)).body)).toEqual({ sluice: 1, group: group.slice(15) });
    expect((await plane.call('GET', `${group}/export?revision=9`)).status).toBe(404);
  });

  test.each(['yaml', 'json'])('with sealed secrets as %s gives an empty group the same digest', async (format) => {
    const [group, other] = [await newGroup(), await newGroup()];
    await apply(group, document);
    const { body } = await plane.call('GET', `${group}/export?secrets=encrypted&format=${format}`);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(text).not.toContain('secret-of-jack');
    expect((await apply(other, text)).body).toMatchObject({
      revision: 1,
      summary: { create: 4 },
      report: [{ level: 'note', path: '/group' }],
    });
    expect((await stateOf(other)).digest).toBe((await stateOf(group)).digest);
    expect((await apply(group, text, { prune: true })).body).toMatchObject({ revision: null });
  });

  test('without secrets is taken back where they are, and refused by name where they are not', async () => {
    const [group, other] = [await newGroup(), await newGroup()];
    await apply(group, document);
    const { body: text } = await plane.call('GET', `${group}/export`);
    expect((await apply(group, text, { prune: true })).body).toMatchObject({
      revision: null,
      summary: { unchanged: 4 },
    });
    expect((await apply(other, text)).body.error.issues).toMatchObject([{ path: '/consumers/0/plugins/key-auth/key' }]);
  });

  test('an envelope opens for nobody else than for whom it was sealed', async () => {
    const [group, other] = [await newGroup(), await newGroup()];
    await apply(group, document);
    const { body } = await plane.call('GET', `${group}/export?secrets=encrypted&format=json`);
    const moved = {
      ...body,
      consumers: [{ ...body.consumers[0], username: 'eve' }],
      sealed: { 'consumer/eve': body.sealed['consumer/jack'] },
    };
    const { status, body: refused } = await apply(other, { ...moved, routes: [], services: [] });
    expect([status, refused.error.issues[0].path]).toEqual([400, '/consumers/0']);
  });

  test('with sealed secrets is for admins alone, and is noted', async () => {
    const editor = await withKey(plane, 'editor');
    const group = await newGroup();
    expect((await plane.call('GET', `${group}/export?secrets=encrypted`, undefined, editor)).status).toBe(403);
    expect((await plane.call('GET', `${group}/export`, undefined, editor)).status).toBe(200);
    await plane.call('GET', `${group}/export?secrets=encrypted`);
    const noted = await plane.database.query(
      `SELECT 1 FROM audit_entry WHERE action = 'configuration.export' AND group_name = $1`,
      [group.slice(15)],
    );
    expect(noted).toHaveLength(1);
  });

  test('carries what ends by itself, with the time when it does', async () => {
    const [group, other] = [await newGroup(), await newGroup()];
    const admin = group.replace('/api/v1', '');
    await plane.call('PUT', `${admin}/apisix/admin/routes/t?ttl=3600`, sampleRoute('/t'));
    const { body: text } = await plane.call('GET', `${group}/export`);
    await apply(other, text);
    const { body } = await plane.call('GET', `${other}/resources/routes/t`);
    expect(parse(text).expires).toEqual({ 'route/t': body.expires_at });
  });
});

test('nobody sends a large document before it is known who they are', async () => {
  const body = JSON.stringify({ document: 'x'.repeat(3 * 1024 * 1024) });
  const path = '/api/v1/groups/default/apply';
  const { status } = await plane.call('POST', path, body, { 'x-api-key': 'wrong' });
  expect(status).toBe(401);
  expect((await plane.call('POST', path, body)).status).toBe(400);
});

test('in a group under approval a document becomes a draft, and nothing without one', async () => {
  const group = await newGroup();
  await plane.call('PATCH', `${group}/settings`, { approval: { required: true, approvers: 'admin' } });
  expect((await apply(group, document)).status).toBe(403);
  const { body } = await apply(group, document, { as_draft: true, message: 'please' });
  expect(body).toMatchObject({ revision: null, summary: { create: 4 }, draft: { edit_count: 4, message: 'please' } });
  expect((await stateOf(group)).revision).toBe(0);
  expect(JSON.stringify(body)).not.toContain('secret-of-jack');
});

test('an export is of one moment, whatever is written while it is read', async () => {
  const group = await newGroup();
  const routes = Array.from({ length: 450 }, (_, i) => ({
    id: `r${String(i).padStart(4, '0')}`,
    ...sampleRoute('/r'),
  }));
  await apply(group, { routes });
  const before = (await plane.call('GET', `${group}/export?times=omit`)).body;
  const response = await fetch(`${plane.url}${group}/export?times=omit`, { headers: { 'x-api-key': plane.adminKey } });
  // The answer has begun, and the first page with it; most of it has still to be read from the database.
  await apply(group, { routes: [{ id: 'r0001', ...sampleRoute('/new') }, ...routes.slice(2, 440)] }, { prune: true });
  expect(await response.text()).toBe(before);
});
