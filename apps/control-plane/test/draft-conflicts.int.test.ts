import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { defaultGroup, deleteRoute, drafts, putRoute, routes } from './default-group.ts';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
const { put, publish, draftOf } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

describe('conflicts', () => {
  const conflictsOf = async (id: number) => (await plane.call('GET', `${drafts}/${id}/conflicts`)).body.conflicts;
  const rebase = (id: number, resolutions?: object[]): Promise<Answer> =>
    plane.call('POST', `${drafts}/${id}/rebase`, resolutions && { resolutions });

  test('what others changed is never overwritten: 409 with the report, until the draft is rebased', async () => {
    await put('merge', { ...sampleRoute('/1'), desc: 'x' });
    const id = await draftOf(putRoute('merge', '/mine', { desc: 'x' }));
    const { body } = await put('merge', { ...sampleRoute('/1'), desc: 'theirs' });
    const refused = await publish(id);

    expect(refused.status).toBe(409);
    expect(refused.body.error.conflicts).toMatchObject([
      {
        kind: 'route',
        id: 'merge',
        reason: 'both_changed',
        mergeable: true,
        changed_in: { revision: body.revision },
        base: { desc: 'x' },
        theirs: { desc: 'theirs' },
        mine: { uri: '/mine' },
        merged: { uri: '/mine', desc: 'theirs' },
        fields: [],
      },
    ]);
    expect((await rebase(id)).body).toMatchObject({ merged: [{ kind: 'route', id: 'merge' }], dropped: [] });
    expect((await publish(id)).status).toBe(200);
    expect((await plane.call('GET', `${routes}/merge`)).body.value).toMatchObject({ uri: '/mine', desc: 'theirs' });
  });

  test('a field that both changed is asked for, and the side that is chosen stands', async () => {
    await put('clash', { ...sampleRoute('/0'), desc: 'x' });
    const id = await draftOf(putRoute('clash', '/mine', { desc: 'mine' }));
    await put('clash', { ...sampleRoute('/theirs'), desc: 'theirs' });
    const refused = await rebase(id);

    expect(refused.status).toBe(409);
    expect(refused.body.error.conflicts[0]).toMatchObject({
      mergeable: false,
      fields: [
        { path: '/desc', base: 'x', theirs: 'theirs', mine: 'mine' },
        { path: '/uri', base: '/0', theirs: '/theirs', mine: '/mine' },
      ].map((field) => expect.objectContaining(field) as object),
    });
    const half = [{ kind: 'route', id: 'clash', take: 'merged', fields: { '/uri': 'mine' } }];
    expect((await rebase(id, half)).status).toBe(409);
    const whole = [{ kind: 'route', id: 'clash', take: 'merged', fields: { '/uri': 'mine', '/desc': 'theirs' } }];
    expect((await rebase(id, whole)).status).toBe(200);
    await publish(id);
    expect((await plane.call('GET', `${routes}/clash`)).body.value).toMatchObject({ uri: '/mine', desc: 'theirs' });
  });

  test.each([
    ['mine', '/mine', 1],
    ['theirs', '/theirs', 0],
    ['value', '/third', 1],
  ])('taking %s ends a conflict', async (take, uri, count) => {
    const name = `take-${take}`;
    await put(name, sampleRoute('/0'));
    const id = await draftOf(putRoute(name, '/mine'));
    await put(name, sampleRoute('/theirs'));
    const value = take === 'value' ? { value: sampleRoute('/third') } : {};
    const { body } = await rebase(id, [{ kind: 'route', id: name, take, ...value }]);

    expect(body.draft.edit_count).toBe(count);
    if (count) await publish(id);
    expect((await plane.call('GET', `${routes}/${name}`)).body.value.uri).toBe(uri);
  });

  test('what was deleted there, or is to be deleted here, is no merge', async () => {
    await put('gone', sampleRoute('/0'));
    await put('going', sampleRoute('/0'));
    const id = await draftOf(putRoute('gone', '/mine'), deleteRoute('going'));
    await plane.call('DELETE', `${routes}/gone`);
    await put('going', sampleRoute('/theirs'));

    expect(await conflictsOf(id)).toMatchObject([
      { id: 'going', reason: 'deleted_here', mergeable: false, mine: null, merged: null },
      { id: 'gone', reason: 'deleted_there', mergeable: false, theirs: null, merged: null },
    ]);
    expect((await rebase(id)).status).toBe(409);
    const take = (name: string) => ({ kind: 'route', id: name, take: 'mine' });
    await rebase(id, [take('gone'), take('going')]);
    expect((await publish(id)).status).toBe(200);
    expect((await plane.call('GET', `${routes}/gone`)).body.value.uri).toBe('/mine');
    expect((await plane.call('GET', `${routes}/going`)).status).toBe(404);
  });

  test('where both did the same there is no conflict, and what is gone already need not be deleted', async () => {
    await put('alike', sampleRoute('/0'));
    await put('both-gone', sampleRoute('/0'));
    const id = await draftOf(putRoute('alike', '/same'), deleteRoute('both-gone'), putRoute('made', '/made'));
    await put('alike', sampleRoute('/same'));
    await plane.call('DELETE', `${routes}/both-gone`);
    await put('made', sampleRoute('/made'));

    expect(await conflictsOf(id)).toEqual([]);
    expect((await publish(id)).body).toMatchObject({ revision: null, draft: { state: 'published' } });
  });

  test('changes of other resources are no conflict', async () => {
    const id = await draftOf(putRoute('alone', '/alone'));
    await put('other', sampleRoute('/other'));

    expect((await publish(id)).status).toBe(200);
  });

  test('an edit says on which revision it is based, and is measured by that', async () => {
    const { body } = await put('based', sampleRoute('/1'));
    await put('based', sampleRoute('/2'));
    const id = await draftOf();
    const edit = { op: 'put', value: sampleRoute('/mine'), base_revision: body.revision };
    await plane.call('PUT', `${drafts}/${id}/edits/route/based`, edit);

    expect(await conflictsOf(id)).toMatchObject([
      { reason: 'both_changed', base: { uri: '/1' }, theirs: { uri: '/2' } },
    ]);
    const diff = async (against: string) =>
      (await plane.call('GET', `${drafts}/${id}/diff?against=${against}`)).body.changes[0];
    expect((await diff('base')).operations).toEqual([{ op: 'changed', path: '/uri', before: '/1', after: '/mine' }]);
    expect((await diff('head')).operations).toEqual([{ op: 'changed', path: '/uri', before: '/2', after: '/mine' }]);
  });

  test('a resolution of what is in no conflict is refused', async () => {
    const id = await draftOf(putRoute('calm', '/calm'));
    expect((await rebase(id, [{ kind: 'route', id: 'calm', take: 'mine' }])).status).toBe(400);
  });
});

describe('secrets', () => {
  const consumers = `${resources}/consumers`;
  const key = async (id: string) =>
    (await plane.call('GET', `/apisix/admin/consumers/${id}`)).body.value.plugins['key-auth'].key;

  test('a secret in a draft is sealed where it is stored and masked where it is shown', async () => {
    const value = sampleConsumer('sealed', 'plain-in-no-table');
    const id = await draftOf({ op: 'put', kind: 'consumer', id: 'sealed', value });
    const viewer = await withKey(plane, 'viewer');
    const shown = await Promise.all(
      ['', '/edits', '/diff', '/validation', '/conflicts', '/edits/consumer/sealed'].map((path) =>
        plane.call('GET', `${drafts}/${id}${path}`, undefined, viewer),
      ),
    );
    const stored = await plane.database.query(`
      SELECT to_jsonb(e)::text AS row FROM draft_edit e UNION ALL SELECT to_jsonb(d)::text FROM draft d
      UNION ALL SELECT to_jsonb(v)::text FROM draft_event v UNION ALL SELECT to_jsonb(a)::text FROM audit_entry a`);

    expect(shown.map(({ status }) => status)).toEqual(shown.map(() => 200));
    expect(JSON.stringify(shown.map(({ body }) => body)) + JSON.stringify(stored)).not.toContain('plain-in-no-table');
    await publish(id);
    expect(await key('sealed')).toBe('plain-in-no-table');
  });

  test('a masked form keeps the secret of the draft, and else the one that is stored when it is published', async () => {
    await plane.call('PUT', `${consumers}/masked`, sampleConsumer('masked', 'stored-1'));
    const edit = (value: object) => plane.call('PUT', `${drafts}/${id}/edits/consumer/masked`, { op: 'put', value });
    const masked = { ...sampleConsumer('masked', '__redacted__'), desc: 'edited' };
    const id = await draftOf({ op: 'put', kind: 'consumer', id: 'masked', value: masked });
    await plane.call('PUT', `${consumers}/masked`, sampleConsumer('masked', 'stored-2'));
    await plane.call('POST', `${drafts}/${id}/rebase`);
    expect((await publish(id)).status).toBe(200);
    expect(await key('masked')).toBe('stored-2');

    const again = await draftOf({
      op: 'put',
      kind: 'consumer',
      id: 'masked',
      value: sampleConsumer('masked', 'drafted'),
    });
    await plane.call('PUT', `${drafts}/${again}/edits/consumer/masked`, { op: 'put', value: masked });
    await publish(again);
    expect(await key('masked')).toBe('drafted');
    expect((await edit(masked)).status).toBe(409);
  });

  test('a mask where there is no secret to keep is refused at once, naming the field', async () => {
    const id = await draftOf();
    const edit = { op: 'put', value: sampleConsumer('nobody', '__redacted__') };
    const answer = await plane.call('PUT', `${drafts}/${id}/edits/consumer/nobody`, edit);

    expect(answer).toMatchObject({ status: 400, body: { error: { field: '/plugins/key-auth/key' } } });
  });

  test('secrets that clash are told of without their values', async () => {
    await plane.call('PUT', `${consumers}/torn`, sampleConsumer('torn', 'base-secret'));
    const id = await draftOf({ op: 'put', kind: 'consumer', id: 'torn', value: sampleConsumer('torn', 'my-secret') });
    await plane.call('PUT', `${consumers}/torn`, sampleConsumer('torn', 'their-secret'));
    const { body } = await plane.call('GET', `${drafts}/${id}/conflicts`);

    expect(body.conflicts[0].fields).toEqual([{ path: '/plugins/key-auth/key', secret: true }]);
    expect(JSON.stringify(body)).not.toMatch(/(base|my|their)-secret/);
    await plane.call('POST', `${drafts}/${id}/rebase`, {
      resolutions: [{ kind: 'consumer', id: 'torn', take: 'mine' }],
    });
    await publish(id);
    expect(await key('torn')).toBe('my-secret');
  });

  test('a secret that was to be kept comes back with its resource where that was deleted meanwhile', async () => {
    await plane.call('PUT', `${consumers}/revived`, sampleConsumer('revived', 'to-be-kept'));
    const value = { ...sampleConsumer('revived', '__redacted__'), desc: 'kept' };
    const id = await draftOf({ op: 'put', kind: 'consumer', id: 'revived', value });
    await plane.call('DELETE', `${consumers}/revived`);
    await plane.call('POST', `${drafts}/${id}/rebase`, {
      resolutions: [{ kind: 'consumer', id: 'revived', take: 'mine' }],
    });

    expect((await publish(id)).status).toBe(200);
    expect(await key('revived')).toBe('to-be-kept');
  });
});
