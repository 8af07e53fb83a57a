import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addGroup, withKey } from './credentials.ts';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
let sourceId: number;
beforeAll(async () => {
  plane = await startControlPlane();
  sourceId = await addGroup(plane, 'source');
  await plane.call('POST', '/api/v1/groups/source/apply', { document: state });
});
afterAll(() => plane[Symbol.asyncDispose]());

const state = {
  routes: [{ id: 'a', uri: '/a', service_id: 's' }],
  services: [{ id: 's', upstream_id: 'u' }],
  upstreams: [{ id: 'u', ...sampleRoute('/').upstream }],
  consumers: [sampleConsumer('jack', 'secret-of-jack')],
};

let made = 0;
async function newTarget(): Promise<{ name: string; id: number }> {
  made += 1;
  const name = `target${made}`;
  return { name, id: await addGroup(plane, name) };
}
const promote = (target: string, body: object, headers?: Record<string, string>) =>
  plane.call('POST', `/api/v1/groups/${target}/promotions`, { from: 'source', ...body }, headers);
const route = [{ kind: 'route', id: 'a' }];

describe('a promotion is refused', () => {
  test.each([
    [{ from: 'nowhere' }, 404],
    [{ revision: 99 }, 404],
    [{ selection: [{ kind: 'route', id: 'none' }] }, 400],
    [{ selection: route, prune: true, include_references: true }, 400],
    [{ selection: [] }, 400],
    [{ expected_head: 3 }, 412],
  ])('%j', async (body, status) => {
    const { name } = await newTarget();
    expect((await promote(name, body)).status).toBe(status);
  });

  test('from a group to itself', async () => {
    expect((await promote('source', {})).status).toBe(400);
  });

  test('to whoever may not write in both groups', async () => {
    const { name, id } = await newTarget();
    const ofTarget = await withKey(plane, 'admin', id);
    const ofSource = await withKey(plane, 'admin', sourceId);
    expect((await promote(name, {}, ofTarget)).status).toBe(403);
    expect((await promote(name, {}, ofSource)).status).toBe(403);
    expect((await promote(name, {}, await withKey(plane, 'viewer'))).status).toBe(403);
    expect((await promote(name, {}, await withKey(plane, 'editor'))).status).toBe(200);
  });

  test('where references would lead nowhere, each named', async () => {
    const { name } = await newTarget();
    const { status, body } = await promote(name, { selection: route });
    expect([status, body.error.issues]).toEqual([
      400,
      [{ path: '/selection/0/service_id', message: expect.stringContaining('service "s"') as string }],
    ]);
  });
});

test('a whole state arrives as one revision, secrets included and never told, with the same digest', async () => {
  const { name } = await newTarget();
  const { body } = await promote(name, { prune: true });
  expect(body).toMatchObject({ revision: 1, summary: { create: 4 } });
  expect(JSON.stringify(body)).not.toContain('secret-of-jack');
  const { body: target } = await plane.call('GET', `/api/v1/groups/${name}`);
  const { body: source } = await plane.call('GET', '/api/v1/groups/source');
  expect(target.digest).toBe(source.digest);
  const { body: history } = await plane.call('GET', `/api/v1/groups/${name}/revisions`);
  expect(history.list[0]).toMatchObject({ source: 'promotion', message: 'Promote from source at revision 1' });
  expect((await promote(name, { prune: true })).body.revision).toBeNull();
});

test('a selection brings along what it refers to, where that is asked for, and says so', async () => {
  const { name } = await newTarget();
  const { body } = await promote(name, { selection: route, include_references: true, dry_run: true });
  expect(body).toMatchObject({ revision: null, dry_run: true, summary: { create: 3 } });
  expect(body.report.map(({ message }: { message: string }) => message)).toEqual([
    expect.stringContaining('service "s" comes along, because route "a"'),
    expect.stringContaining('upstream "u" comes along, because service "s"'),
  ]);
  expect((await plane.call('GET', `/api/v1/groups/${name}`)).body.revision).toBe(0);
});

test('an earlier revision can be promoted', async () => {
  const { name } = await newTarget();
  await addGroup(plane, 'moving');
  const put = (uri: string) => plane.call('PUT', '/api/v1/groups/moving/resources/routes/x', sampleRoute(uri));
  await put('/one');
  await put('/two');
  await promote(name, { from: 'moving', revision: 1 });
  expect((await plane.call('GET', `/api/v1/groups/${name}/resources/routes/x`)).body.value.uri).toBe('/one');
});

test('what ends by itself ends in the next environment as well', async () => {
  const { name } = await newTarget();
  await addGroup(plane, 'brief');
  await plane.call('PUT', '/groups/brief/apisix/admin/routes/t?ttl=3600', sampleRoute('/t'));
  await promote(name, { from: 'brief' });
  const [before, after] = await Promise.all(
    ['brief', name].map(async (group) => (await plane.call('GET', `/api/v1/groups/${group}/resources/routes/t`)).body),
  );
  expect(after.expires_at).toBe(before.expires_at);
});
