import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StateReader } from '../src/revisions/state-reader.ts';
import { defaultGroup, group, revisions, routes } from './default-group.ts';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
const { write, head } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

describe('one resource', () => {
  test('its history tells every change, also after it is gone', async () => {
    const one = await write('followed', sampleRoute('/1'), 'Begin');
    const two = await write('followed', sampleRoute('/2'));
    const three = (await plane.call('DELETE', `${routes}/followed`)).body.revision;
    const { body } = await plane.call('GET', `${group}/history/routes/followed?limit=2`);

    expect(body).toMatchObject({ kind: 'route', id: 'followed', exists: false, next: two });
    expect(body.list.map(({ revision, action }: { revision: number; action: string }) => [revision, action])).toEqual([
      [three, 'delete'],
      [two, 'update'],
    ]);
    const rest = await plane.call('GET', `${group}/history/routes/followed?before=${two}`);
    expect(rest.body.list).toMatchObject([{ revision: one, action: 'create', message: 'Begin' }]);
    expect((await plane.call('GET', `${group}/history/routes/never-was`)).status).toBe(404);
  });

  test('each field is blamed on the revision that last set it', async () => {
    const one = await write('blamed', { ...sampleRoute('/b'), desc: 'x' }, 'Made');
    const two = await write('blamed', { ...sampleRoute('/b'), desc: 'y' }, 'Said better');
    const { body } = await plane.call('GET', `${group}/history/routes/blamed/blame`);
    const by = new Map(body.fields.map((field: { path: string }) => [field.path, field]));

    expect(by.get('/desc')).toMatchObject({ value: 'y', revision: two, message: 'Said better' });
    expect(by.get('/uri')).toMatchObject({ value: '/b', revision: one, message: 'Made' });
    expect([...by.keys()]).not.toContain('/update_time');
    const before = await plane.call('GET', `${group}/history/routes/blamed/blame?at=${one}`);
    expect(before.body.fields.every(({ revision }: { revision: number }) => revision === one)).toBe(true);
    expect((await plane.call('GET', `${group}/history/routes/blamed/blame?at=999999`)).status).toBe(404);
  });

  test('it is shown as it was after any revision, or that it was not there', async () => {
    const before = (await head()).revision;
    const one = await write('versioned', sampleRoute('/1'));
    await write('versioned', sampleRoute('/2'));
    const at = (number: number) => plane.call('GET', `${group}/history/routes/versioned/versions/${number}`);

    expect((await at(one)).body).toMatchObject({ revision: one, modified_revision: one, value: { uri: '/1' } });
    expect((await at(before)).body).toMatchObject({ modified_revision: null, value: null });
  });
});

describe('the state after a revision', () => {
  test('is listed page by page without what came later, and streamed whole', async () => {
    const changes = Array.from({ length: 30 }, (_, i) => ({
      op: 'put',
      kind: 'route',
      id: `state-${i}`,
      value: sampleRoute(`/s/${i}`),
    }));
    const at = (await plane.call('POST', `${group}/change-sets`, { changes })).body.revision;
    await write('state-0', sampleRoute('/changed'));
    await plane.call('DELETE', `${routes}/state-1`);
    await write('state-later', sampleRoute('/later'));
    const seen: { id: string; value: { uri: string } }[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { body } = await plane.call('GET', `${revisions}/${at}/state?kind=route&limit=7&after=${next}`);
      seen.push(...body.list);
      next = body.next;
    }
    const streamed: string[] = [];
    for await (const page of plane.app.get(StateReader, { strict: false }).stream('default', at)) {
      streamed.push(...page.filter(({ kind }) => kind === 'route').map(({ id }) => id));
    }

    const states = seen.filter(({ id }) => id.startsWith('state-'));
    expect(states).toHaveLength(30);
    expect(states.find(({ id }) => id === 'state-0')?.value.uri).toBe('/s/0');
    expect(streamed).toEqual(seen.map(({ id }) => id));
    expect((await plane.call('GET', `${revisions}/999999/state`)).status).toBe(404);
  });
});

describe('ways back', () => {
  test('a dry run tells the effect and changes nothing', async () => {
    await plane.call('PUT', `${resources}/upstreams/used`, { nodes: { '127.0.0.1:1': 1 } });
    const one = await write('user', { uri: '/u', upstream_id: 'used' });
    await plane.call('PUT', `${resources}/upstreams/used`, { nodes: { '127.0.0.1:2': 1 } });
    const before = await head();
    const { body } = await plane.call('POST', `${revisions}/${one}/rollback?dry_run=true`);

    expect(body).toMatchObject({ revision: before.revision + 1, dry_run: true });
    expect(body.effect).toMatchObject({
      counts: { create: 0, update: 1, delete: 0 },
      changes: [{ kind: 'upstream', id: 'used', action: 'update' }],
      referrers: [{ kind: 'route', id: 'user', refers_to: { kind: 'upstream', id: 'used' } }],
      referrers_total: 1,
      missing_plugins: [],
    });
    expect(await head()).toEqual(before);
  });

  test('one resource comes back as it was, and no other', async () => {
    const one = await write('restored', sampleRoute('/1'));
    await write('restored', sampleRoute('/2'));
    await write('bystander', sampleRoute('/b'));
    const answer = await plane.call('POST', `${revisions}/${one}/restore`, { kind: 'route', id: 'restored' });

    expect(answer.body).toEqual({ revision: (await head()).revision });
    expect((await plane.call('GET', `${routes}/restored`)).body.value.uri).toBe('/1');
    expect((await plane.call('GET', `${routes}/bystander`)).status).toBe(200);
    expect((await plane.call('GET', `${revisions}?limit=1`)).body.list[0]).toMatchObject({ source: 'restore' });
  });

  test('restoring to before it was made deletes it, unless others refer to it', async () => {
    const before = (await head()).revision;
    await plane.call('PUT', `${resources}/upstreams/young`, { nodes: { '127.0.0.1:1': 1 } });
    await write('young-user', { uri: '/u', upstream_id: 'young' });
    const restore = () => plane.call('POST', `${revisions}/${before}/restore`, { kind: 'upstream', id: 'young' });

    expect(await restore()).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('still using') } },
    });
    await plane.call('DELETE', `${routes}/young-user`);
    expect((await restore()).status).toBe(200);
    expect((await plane.call('GET', `${resources}/upstreams/young`)).status).toBe(404);
    expect((await restore()).status).toBe(404);
  });

  test('a kind that is none is refused, and so is a revision that never was', async () => {
    expect((await plane.call('POST', `${revisions}/1/restore`, { kind: 'nonsense', id: 'x' })).status).toBe(400);
    expect((await plane.call('POST', `${revisions}/999999/restore`, { kind: 'route', id: 'x' })).status).toBe(404);
  });

  test('as a draft, going back changes nothing until it is published, and then the old digest returns', async () => {
    await plane.call('PUT', `${resources}/consumers/drafted`, sampleConsumer('drafted', 'drafted-old'));
    const { revision, digest } = await head();
    await plane.call('PUT', `${resources}/consumers/drafted`, sampleConsumer('drafted', 'drafted-new'));
    const made = await plane.call('POST', `${revisions}/${revision}/rollback`, { as_draft: true });

    expect(made.body).toMatchObject({ revision: null, draft: { state: 'open', edit_count: 1 } });
    expect((await head()).revision).toBe(revision + 1);
    await plane.call('POST', `${group}/drafts/${made.body.draft.id}/publish`);
    expect((await head()).digest).toBe(digest);
  });
});
