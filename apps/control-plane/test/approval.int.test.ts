import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExpirySweeper } from '../src/resources/expiry-sweeper.ts';
import { type Proving, signedIn, withKey } from './credentials.ts';
import { resources, sampleRoute } from './samples.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const group = '/api/v1/groups/default';
const drafts = `${group}/drafts`;
let plane: TestControlPlane;
let [author, editor, reviewer, second, owner]: Proving[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.call('PUT', `${resources}/routes/there`, sampleRoute('/1'));
  await plane.call('PUT', `${resources}/routes/there`, sampleRoute('/2'));
  [author, editor] = [await signedIn(plane, 'editor'), await signedIn(plane, 'editor')];
  [reviewer, second] = [await signedIn(plane, 'admin'), await signedIn(plane, 'admin')];
  owner = await signedIn(plane, 'owner');
  await as(reviewer, 'PATCH', `${group}/settings`, { approval: { required: true } });
});
afterAll(() => plane[Symbol.asyncDispose]());

function as(who: Proving | undefined, method: string, path: string, body?: unknown): Promise<Answer> {
  return plane.call(method, path, body, { 'x-api-key': '', ...who });
}

const head = async (): Promise<number> => (await plane.call('GET', '/api/v1/groups')).body.list[0].revision;

let submissions = 0;

async function submitted(who = author): Promise<{ id: number; version: number }> {
  const edits = [{ op: 'put', kind: 'route', id: 'planned', value: sampleRoute(`/${(submissions += 1)}`) }];
  const { body } = await as(who, 'POST', drafts, { message: 'Planned', edits });
  return (await as(who, 'POST', `${drafts}/${body.id}/submit`, { comment: 'Please' })).body;
}

const approve = (who: Proving | undefined, id: number, version: number) =>
  as(who, 'POST', `${drafts}/${id}/approve`, { version });
const publish = (who: Proving | undefined, id: number, query = '') =>
  as(who, 'POST', `${drafts}/${id}/publish${query}`);

describe('in a group under approval', () => {
  const change = { op: 'put', kind: 'route', id: 'direct', value: sampleRoute('/direct') };
  test.each([
    ['PUT', `${resources}/routes/direct`, sampleRoute('/direct')],
    ['POST', `${resources}/routes`, sampleRoute('/direct')],
    ['DELETE', `${resources}/routes/there`, undefined],
    ['POST', `${group}/change-sets`, { changes: [change] }],
    ['POST', `${group}/revisions/1/rollback`, {}],
    ['POST', `${group}/revisions/2/revert`, {}],
    ['POST', `${group}/revisions/1/restore`, { kind: 'route', id: 'there' }],
    ['POST', `${group}/apply`, { document: { routes: [{ id: 'direct', ...sampleRoute('/direct') }] } }],
    ['PUT', '/apisix/admin/routes/direct', sampleRoute('/direct')],
    ['POST', '/apisix/admin/routes', sampleRoute('/direct')],
    ['PATCH', '/apisix/admin/routes/there', { desc: 'direct' }],
    ['PATCH', '/apisix/admin/routes/there/desc', '"direct"'],
    ['DELETE', '/apisix/admin/routes/there?force=true', undefined],
    ['PUT', '/groups/default/apisix/admin/routes/direct', sampleRoute('/direct')],
  ])(
    '%s %s is refused even for an owner, and the refusal names the call to make instead',
    async (method, path, body) => {
      const before = await head();
      const answer = await plane.call(method, path, body, await withKey(plane, 'owner'));

      expect(answer.status).toBe(403);
      const message = answer.body.error_msg ?? answer.body.error.message;
      expect(message).toContain('POST /api/v1/groups/default/drafts');
      expect(await head()).toBe(before);
    },
  );

  test('a dry run says what would be, and going back is possible as a draft', async () => {
    const before = await head();
    expect((await as(author, 'PUT', `${resources}/routes/x?dry_run=true`, sampleRoute('/x'))).status).toBe(201);
    const back = await as(author, 'POST', `${group}/revisions/1/rollback`, { as_draft: true });

    expect(back.body).toMatchObject({ revision: null, draft: { state: 'open', approval_required: true } });
    expect(await head()).toBe(before);
  });

  test('what changes nothing is no change, and passes', async () => {
    const { body } = await plane.call('GET', `${resources}/routes/there`);
    expect((await plane.call('PUT', `${resources}/routes/there`, body.value)).body.revision).toBeNull();
  });

  test('the end of a time to live needs nobody', async () => {
    await plane.database.query(`UPDATE gateway_group SET approval_required = false`);
    await plane.call('PUT', '/apisix/admin/routes/short?ttl=60', sampleRoute('/short'));
    await plane.database.query(`UPDATE resource SET expires_at = now() - interval '1 s' WHERE id = 'short'`);
    await plane.database.query(`UPDATE gateway_group SET approval_required = true`);
    await plane.app.get(ExpirySweeper, { strict: false }).sweep();

    await expect.poll(async () => (await plane.call('GET', `${resources}/routes/short`)).status).toBe(404);
  });
});

describe('a draft under approval', () => {
  let draft: { id: number; version: number };
  beforeEach(async () => {
    draft = await submitted();
  });

  test('is not published before it is approved, by nobody', async () => {
    for (const who of [author, reviewer, owner, await withKey(plane, 'owner')]) {
      const answer = await publish(who, draft.id);
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'APPROVAL_REQUIRED' } } });
      expect(answer.body.error.message).toContain(`/drafts/${draft.id}/submit`);
    }
  });

  test('is not approved by its authors, by keys, or by a lesser role', async () => {
    expect((await approve(editor, draft.id, draft.version)).status).toBe(403);
    expect(await approve(await withKey(plane, 'owner'), draft.id, draft.version)).toMatchObject({
      status: 403,
      body: { error: { code: 'SELF_APPROVAL' } },
    });
    const own = await submitted(reviewer);
    expect(await approve(reviewer, own.id, own.version)).toMatchObject({
      status: 403,
      body: { error: { code: 'SELF_APPROVAL' } },
    });
  });

  test('is not approved by who had a hand in it, even if nothing of that is left', async () => {
    const path = `${drafts}/${draft.id}/edits/route/touched`;
    await as(reviewer, 'PUT', path, { op: 'put', value: sampleRoute('/touched') });
    await as(author, 'DELETE', path);
    const again = (await as(author, 'POST', `${drafts}/${draft.id}/submit`)).body;

    expect((await approve(reviewer, draft.id, again.version)).body.error.code).toBe('SELF_APPROVAL');
    expect((await approve(second, draft.id, again.version)).status).toBe(200);
  });

  test('is approved only in the version that was looked at', async () => {
    expect((await approve(reviewer, draft.id, draft.version - 1)).status).toBe(409);
    expect((await as(reviewer, 'POST', `${drafts}/${draft.id}/approve`, {})).status).toBe(400);
  });

  test('is published by an editor once it is approved, and history tells by whom', async () => {
    expect((await approve(reviewer, draft.id, draft.version)).body.state).toBe('approved');
    const { body } = await publish(author, draft.id);
    const shown = await as(author, 'GET', `${group}/revisions/${body.revision}`);

    expect(body.draft.state).toBe('published');
    expect(shown.body.draft).toMatchObject({ id: draft.id, approved_by: expect.stringMatching(/^admin-/) });
  });

  test.each([
    ['an edit', 'PUT', '/edits/route/planned', { op: 'put', value: sampleRoute('/sneaked-in') }],
    ['one more edit', 'PUT', '/edits/route/other', { op: 'delete' }],
    ['an edit that is taken out', 'DELETE', '/edits/route/planned', undefined],
    ['another message', 'PATCH', '', { message: 'Harmless' }],
  ])('loses its approval by %s', async (_what, method, path, body) => {
    await approve(reviewer, draft.id, draft.version);
    expect((await as(author, method, `${drafts}/${draft.id}${path}`, body)).status).toBe(200);

    expect((await as(author, 'GET', `${drafts}/${draft.id}`)).body).toMatchObject({ state: 'open' });
    expect((await publish(author, draft.id)).status).not.toBe(200);
  });

  test('loses its approval by a merge, and keeps it where the rebase changes nothing of it', async () => {
    const other = await submitted(editor);
    await approve(reviewer, draft.id, draft.version);
    await approve(reviewer, other.id, other.version);
    expect((await publish(editor, other.id)).status).toBe(200);

    expect((await publish(author, draft.id)).status).toBe(409);
    const resolutions = [{ kind: 'route', id: 'planned', take: 'mine' }];
    expect((await as(author, 'POST', `${drafts}/${draft.id}/rebase`, { resolutions })).body.draft.state).toBe('open');
    const next = (await as(author, 'POST', `${drafts}/${draft.id}/submit`)).body;
    await approve(reviewer, draft.id, next.version);
    expect((await as(author, 'POST', `${drafts}/${draft.id}/rebase`)).body.draft.state).toBe('approved');
    expect((await publish(author, draft.id)).status).toBe(200);
  });

  test('goes back to its authors with a reason', async () => {
    const reject = (comment?: string) =>
      as(reviewer, 'POST', `${drafts}/${draft.id}/reject`, { version: draft.version, comment });
    expect((await reject()).status).toBe(400);
    expect((await reject('Not now')).body).toMatchObject({
      state: 'rejected',
      review: { verdict: 'rejected', comment: 'Not now' },
      may: { approve: false },
    });
    expect((await publish(author, draft.id)).status).toBe(403);
    expect((await as(author, 'POST', `${drafts}/${draft.id}/submit`)).body.state).toBe('in_review');
  });

  test('is withdrawn by its authors', async () => {
    expect((await as(author, 'POST', `${drafts}/${draft.id}/withdraw`)).body.state).toBe('open');
    expect((await approve(reviewer, draft.id, draft.version + 1)).status).toBe(409);
  });

  test('says what the one who looks may do with it', async () => {
    const may = async (who: Proving | undefined) => (await as(who, 'GET', `${drafts}/${draft.id}`)).body.may;

    expect(await may(author)).toMatchObject({ edit: true, approve: false, publish: false });
    expect(await may(reviewer)).toMatchObject({ approve: true, reject: true });
    expect(await may(await signedIn(plane, 'viewer'))).toEqual({
      edit: false,
      submit: false,
      approve: false,
      reject: false,
      withdraw: false,
      publish: false,
      discard: false,
    });
  });
});

describe('the rules of a group', () => {
  test('approval is weakened by an owner only, and every change is audited', async () => {
    const settings = `${group}/settings`;
    expect((await as(editor, 'PATCH', settings, { retention: { keep_days: 30 } })).status).toBe(403);
    for (const approval of [{ required: false }, { approvers: 'editor' }]) {
      expect((await as(reviewer, 'PATCH', settings, { approval })).status).toBe(403);
    }
    expect((await as(reviewer, 'PATCH', settings, { approval: { approvers: 'owner' } })).status).toBe(200);
    expect((await as(owner, 'PATCH', settings, { approval: { approvers: 'admin' } })).status).toBe(200);
    expect((await as(owner, 'PATCH', settings, { retention: { keep_revisions: 1 } })).status).toBe(400);
    expect((await as(owner, 'PATCH', settings, { retention: { keep_days: 30 } })).body).toMatchObject({
      approval: { required: true, approvers: 'admin' },
      retention: { keep_revisions: null, keep_days: 30 },
      archive: { through: 0, files: 0 },
    });
    const { body } = await plane.call('GET', '/api/v1/audit?limit=5');
    expect(body.list[0]).toMatchObject({ action: 'group.settings', detail: { after: { keep_days: 30 } } });
  });

  test('a draft that was approved while approvers were weaker is judged when it is published', async () => {
    const draft = await submitted();
    await as(owner, 'PATCH', `${group}/settings`, { approval: { required: false } });
    expect((await publish(author, draft.id)).status).toBe(200);
    const later = await submitted();
    await as(owner, 'PATCH', `${group}/settings`, { approval: { required: true } });
    expect((await publish(author, later.id)).status).toBe(403);
  });
});
