import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultGroup, deleteRoute, drafts, group, putRoute } from './default-group.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
const { put, head, publish, draftOf } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

describe('editing', () => {
  test('a value that is wrong by itself is refused at once, and the draft stays as it was', async () => {
    const id = await draftOf(putRoute('kept', '/kept'));
    const answer = await plane.call('PUT', `${drafts}/${id}/edits/route/wrong`, { op: 'put', value: { uri: 7 } });

    expect(answer).toMatchObject({ status: 400, body: { error: { field: '/uri' } } });
    expect((await plane.call('GET', `${drafts}/${id}`)).body).toMatchObject({ edit_count: 1, version: 1 });
  });

  test.each([
    ['nothing to put', { op: 'put' }],
    ['an unknown field', { op: 'put', value: {}, vlaue: {} }],
    ['a base that never was', { op: 'put', value: sampleRoute('/x'), base_revision: 999_999 }],
  ])('%s is refused', async (_what, body) => {
    const id = await draftOf();
    expect([400, 404]).toContain((await plane.call('PUT', `${drafts}/${id}/edits/route/r`, body)).status);
  });

  test('all wrong edits of a new draft are told at once', async () => {
    const edits = [
      { op: 'put', kind: 'route', id: 'a', value: { uri: 8 } },
      putRoute('b', '/fine'),
      { op: 'put', kind: 'route', id: 'c', value: { uri: 7 } },
    ];
    const answer = await plane.call('POST', drafts, { edits });

    expect(answer.status).toBe(400);
    const paths = answer.body.error.issues.map(({ path }: { path: string }) => path.split('/').slice(0, 3).join('/'));
    expect(new Set(paths)).toEqual(new Set(['/edits/0', '/edits/2']));
  });

  test('edits are added, replaced, shown and taken out again, and nothing is configured by that', async () => {
    const before = (await head()).revision;
    const id = await draftOf(putRoute('edited', '/1'));
    await plane.call('PUT', `${drafts}/${id}/edits/route/edited`, { op: 'put', value: sampleRoute('/2') });
    await plane.call('PUT', `${drafts}/${id}/edits/route/more`, { op: 'put', value: sampleRoute('/3') });
    const removed = await plane.call('DELETE', `${drafts}/${id}/edits/route/more`);

    expect(removed.body.draft).toMatchObject({ edit_count: 1, version: 4 });
    expect((await plane.call('GET', `${drafts}/${id}/edits/route/edited`)).body).toMatchObject({
      op: 'put',
      action: 'create',
      value: { uri: '/2' },
    });
    expect((await plane.call('DELETE', `${drafts}/${id}/edits/route/more`)).status).toBe(404);
    expect(
      (await plane.call('GET', `${drafts}/${id}`)).body.events.map(({ action }: { action: string }) => action),
    ).toEqual(['create', 'edit', 'edit', 'remove']);
    expect((await head()).revision).toBe(before);
  });

  test('a draft of another group is not there', async () => {
    const id = await draftOf(putRoute('mine', '/m'));
    await plane.database.query(
      `INSERT INTO gateway_group (name, etcd_prefix) VALUES ('elsewhere', '/sluice/elsewhere')`,
    );

    expect((await plane.call('GET', `/api/v1/groups/elsewhere/drafts/${id}`)).status).toBe(404);
    expect((await plane.call('POST', `/api/v1/groups/elsewhere/drafts/${id}/publish`)).status).toBe(404);
    expect((await plane.call('DELETE', `/api/v1/groups/elsewhere/drafts/${id}`)).status).toBe(404);
  });

  test('the list shows what can still become something, and other states when asked', async () => {
    const [open, gone] = [await draftOf(putRoute('l', '/l')), await draftOf(putRoute('l', '/l'))];
    await plane.call('DELETE', `${drafts}/${gone}`);
    const ids = async (query: string) =>
      (await plane.call('GET', `${drafts}${query}`)).body.list.map((d: { id: number }) => d.id);

    expect(await ids('')).toContain(open);
    expect(await ids('')).not.toContain(gone);
    expect(await ids('?state=discarded')).toContain(gone);
    expect(await ids('?author=nobody')).toEqual([]);
    expect((await plane.call('GET', `${drafts}?state=nonsense`)).status).toBe(400);
    expect((await publish(gone)).status).toBe(409);
  });
});

describe('publishing', () => {
  test('an empty draft is not published', async () => {
    expect((await publish(await draftOf())).status).toBe(400);
  });

  test('all edits become one revision that names the draft', async () => {
    await put('old', sampleRoute('/old'));
    const id = await draftOf(putRoute('new', '/new'), deleteRoute('old'));
    const { body } = await publish(id);

    expect(body).toMatchObject({
      revision: (await head()).revision,
      draft: { state: 'published', published_revision: body.revision },
    });
    const shown = await plane.call('GET', `${group}/revisions/${body.revision}`);
    expect(shown.body).toMatchObject({ source: 'draft', message: 'Planned', change_count: 2, draft: { id } });
    expect((await publish(id)).status).toBe(409);
    expect((await plane.call('PUT', `${drafts}/${id}/edits/route/x`, { op: 'delete' })).status).toBe(409);
  });

  test('a dry run tells the effect, and neither configuration nor draft change', async () => {
    const before = (await head()).revision;
    const id = await draftOf(putRoute('dry', '/dry'));
    const answer = await publish(id, '?dry_run=true');

    expect(answer.body).toMatchObject({ draft: { state: 'open' }, effect: { counts: { create: 1 } } });
    expect((await head()).revision).toBe(before);
  });

  test('a dry run of a change set tells the same effect', async () => {
    const before = (await head()).revision;
    const { body } = await plane.call('POST', `${group}/change-sets?dry_run=true`, {
      changes: [putRoute('dry', '/dry')],
    });

    expect(body).toMatchObject({ dry_run: true, changes: 1, effect: { counts: { create: 1, update: 0, delete: 0 } } });
    expect((await head()).revision).toBe(before);
  });

  test('what is not whole is refused with everything that is wrong, each with its resource and field', async () => {
    const id = await draftOf(
      { op: 'put', kind: 'route', id: 'r1', value: { uri: '/1', service_id: 'none' } },
      { op: 'put', kind: 'route', id: 'r2', value: { uri: '/2', upstream_id: 'none', service_id: 'nowhere' } },
    );
    const { body } = await plane.call('GET', `${drafts}/${id}/validation`);

    expect(body).toMatchObject({ valid: false, effect: null, conflicts: [] });
    expect(body.issues.map(({ id: of, path }: { id: string; path: string }) => [of, path])).toEqual(
      expect.arrayContaining([
        ['r1', '/service_id'],
        ['r2', '/upstream_id'],
        ['r2', '/service_id'],
      ]),
    );
    expect((await publish(id)).body.error.field).toMatch(/^\/edits\/route\/r[12]\/(service|upstream)_id$/);
    expect((await plane.call('POST', `${drafts}/${id}/submit`)).status).toBe(400);
  });

  test('edits may refer to each other', async () => {
    const id = await draftOf(
      { op: 'put', kind: 'route', id: 'with-service', value: { uri: '/ws', service_id: 'of-draft' } },
      { op: 'put', kind: 'service', id: 'of-draft', value: { upstream: { nodes: { '127.0.0.1:1': 1 } } } },
    );

    expect((await plane.call('GET', `${drafts}/${id}/validation`)).body).toMatchObject({ valid: true, issues: [] });
    expect((await publish(id)).status).toBe(200);
  });

  test('two who publish at once make one revision', async () => {
    const before = (await head()).revision;
    const id = await draftOf(putRoute('once', '/once'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => publish(id)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await head()).revision).toBe(before + 1);
  });

  test('of drafts that change the same resource at once, one wins and the others conflict', async () => {
    await put('contested', sampleRoute('/0'));
    const ids = await Promise.all([1, 2, 3].map((i) => draftOf(putRoute('contested', `/${i}`))));
    const answers = await Promise.all(ids.map((id) => publish(id)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('a draft against direct writers never takes away what came in between', async () => {
    await put('raced', sampleRoute('/0'));
    const id = await draftOf(putRoute('raced', '/draft'));
    const writes = Array.from({ length: 10 }, (_, i) => put('raced', sampleRoute(`/direct/${i}`)));
    const [published, ...direct] = await Promise.all([publish(id), ...writes]);

    const revisions = direct.map(({ body }) => body.revision as number);
    const isFirst = published?.status === 200 && published.body.revision < Math.min(...revisions);
    expect(isFirst || published?.status === 409).toBe(true);
  });

  test('what is there already makes no revision, and the draft is done', async () => {
    await put('same', sampleRoute('/same'));
    const before = (await head()).revision;
    const { body } = await publish(await draftOf(putRoute('same', '/same')));

    expect(body).toMatchObject({ revision: null, draft: { state: 'published', published_revision: null } });
    expect((await head()).revision).toBe(before);
  });
});
