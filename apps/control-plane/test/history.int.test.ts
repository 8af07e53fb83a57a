import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditChain } from '../src/audit/audit-chain.ts';
import { verifyRevisionChain } from '../src/audit/revision-chain.ts';
import { Sealing } from '../src/sealing/sealing.ts';
import { signedIn, withKey } from './credentials.ts';
import { defaultGroup, group, revisions } from './default-group.ts';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
const { write, head } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const numbers = async (query: string): Promise<number[]> => {
  const { body } = await plane.call('GET', `${revisions}?${query}`);
  return body.list.map(({ number }: { number: number }) => number);
};

describe('filters of the list', () => {
  let [first, second, third] = [0, 0, 0];
  beforeAll(async () => {
    first = await write('orders-v2', { ...sampleRoute('/o'), name: 'Order entry' }, 'Open the shop: phase 1');
    second = (await plane.call('PUT', `${resources}/upstreams/backend`, { nodes: { '127.0.0.1:1': 1 } })).body.revision;
    third = await write('orders-v2', { ...sampleRoute('/o2'), name: 'Order entry' }, 'Move it');
  });

  test.each([
    ['from=yesterday', 'from'],
    ['to=2026-13-45', 'to'],
    ['limit=0', 'limit'],
  ])('%s is refused by its name', async (query, name) => {
    const answer = await plane.call('GET', `${revisions}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(name);
  });

  test('words find the beginnings of words in messages, ids and names, whatever operators they seem to hold', async () => {
    expect(await numbers('text=shop')).toEqual([first]);
    expect(await numbers('text=PHASE%201')).toEqual([first]);
    expect(await numbers('text=order%20entr')).toEqual([third, first]);
    expect(await numbers('text=orders-v2%20mov')).toEqual([third]);
    expect(await numbers(`text=${encodeURIComponent(`shop' | !x & (:*`)}`)).toEqual([]);
    expect(await numbers('text=nowhere')).toEqual([]);
  });

  test('kind, id, source and author each let through what is theirs', async () => {
    expect(await numbers('kind=upstream')).toEqual([second]);
    expect(await numbers('id=orders-v2')).toEqual([third, first]);
    expect(await numbers('kind=upstream&id=orders-v2')).toEqual([]);
    expect(await numbers('kind=route&id=orders-v2&text=move')).toEqual([third]);
    expect(await numbers('source=rollback')).toEqual([]);
    const { body } = await plane.call('GET', `${revisions}?limit=1`);
    const author = encodeURIComponent(body.list[0].author);
    expect(await numbers(`author=${author}&limit=3`)).toEqual([third, second, first]);
    expect(await numbers('author=nobody')).toEqual([]);
  });

  test('times include where they begin and exclude where they end', async () => {
    const { body } = await plane.call('GET', `${revisions}/${second}`);
    const at = encodeURIComponent(body.created_at);

    expect(await numbers(`from=${at}`)).toContain(second);
    expect(await numbers(`to=${at}`)).not.toContain(second);
    expect(await numbers('from=2999-01-01')).toEqual([]);
  });
});

describe('labels', () => {
  test('a label that is none is refused, and so is one for a revision that never was', async () => {
    const { revision } = await head();
    expect((await plane.call('PUT', `${revisions}/${revision}/labels/${encodeURIComponent('a b')}`)).status).toBe(400);
    expect((await plane.call('PUT', `${revisions}/999999/labels/v1`)).status).toBe(404);
    expect((await plane.call('DELETE', `${revisions}/${revision}/labels/never`)).status).toBe(404);
  });

  test('labels are shown, filter the list, move where they are exclusive, and go', async () => {
    const one = await write('labelled', sampleRoute('/l1'));
    const two = await write('labelled', sampleRoute('/l2'));
    await plane.call('PUT', `${revisions}/${one}/labels/stable`);
    expect((await plane.call('PUT', `${revisions}/${one}/labels/v1.0`)).body).toEqual({ labels: ['stable', 'v1.0'] });
    expect(await numbers('label=stable')).toEqual([one]);
    await plane.call('PUT', `${revisions}/${two}/labels/stable`, { exclusive: true });

    expect(await numbers('label=stable')).toEqual([two]);
    expect((await plane.call('GET', `${revisions}/${one}`)).body.labels).toEqual(['v1.0']);
    expect((await plane.call('GET', `${group}/labels`)).body.list).toEqual([
      { label: 'stable', count: 1, revision: two },
      { label: 'v1.0', count: 1, revision: one },
    ]);
    expect((await plane.call('DELETE', `${revisions}/${two}/labels/stable`)).body).toEqual({ labels: [] });
  });

  test('labels and comments are audited and leave the chain of hashes as it is', async () => {
    const { body } = await plane.call('GET', '/api/v1/audit?limit=500');
    const actions = body.list.map(({ action }: { action: string }) => action);

    expect(actions).toEqual(expect.arrayContaining(['revision.label', 'revision.unlabel']));
    expect(await verifyAuditChain(plane.database, 1)).toMatchObject({ isIntact: true });
    expect(await verifyRevisionChain(plane.database, plane.app.get(Sealing), 'default')).toMatchObject({
      isIntact: true,
    });
  });
});

describe('comments', () => {
  test('only its author changes a comment; an admin may remove it', async () => {
    const number = await write('commented', sampleRoute('/c'));
    const [jane, john, admin] = [
      await signedIn(plane, 'editor'),
      await signedIn(plane, 'editor'),
      await signedIn(plane, 'admin'),
    ];
    const made = await plane.call(
      'POST',
      `${revisions}/${number}/comments`,
      { text: 'Why?' },
      { ...jane, 'x-api-key': '' },
    );
    const comment = `${revisions}/${number}/comments/${made.body.id}`;

    expect(made.status).toBe(201);
    expect((await plane.call('PATCH', comment, { text: 'Mine' }, { ...john, 'x-api-key': '' })).status).toBe(403);
    expect((await plane.call('DELETE', comment, undefined, { ...john, 'x-api-key': '' })).status).toBe(403);
    const edited = await plane.call('PATCH', comment, { text: 'Because' }, { ...jane, 'x-api-key': '' });
    expect(edited.body).toMatchObject({ text: 'Because', edited_at: expect.any(String) });
    expect((await plane.call('GET', `${revisions}/${number}`)).body).toMatchObject({
      comment_count: 1,
      comments: [{ text: 'Because' }],
    });
    expect((await plane.call('DELETE', comment, undefined, { ...admin, 'x-api-key': '' })).status).toBe(200);
    expect((await plane.call('GET', `${revisions}/${number}/comments`)).body.list).toEqual([]);
  });

  test('an empty comment is refused, and one on a revision that never was', async () => {
    expect((await plane.call('POST', `${revisions}/1/comments`, { text: '' })).status).toBe(400);
    expect((await plane.call('POST', `${revisions}/999999/comments`, { text: 'x' })).status).toBe(404);
  });
});

describe('differences', () => {
  test('each change says field by field what differs, and of secrets only that they do', async () => {
    await plane.call('PUT', `${resources}/consumers/diffed`, sampleConsumer('diffed', 'first-secret'));
    const from = (await head()).revision;
    await plane.call('PUT', `${resources}/consumers/diffed`, {
      ...sampleConsumer('diffed', 'second-secret'),
      desc: 'new',
    });
    const { body } = await plane.call('GET', `${revisions}/${from + 1}`, undefined, await withKey(plane, 'viewer'));

    expect(body.changes[0].operations).toEqual([
      { op: 'added', path: '/desc', after: 'new' },
      { op: 'changed', path: '/plugins/key-auth/key', secret: true },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/(first|second)-secret/);
  });

  test('any two revisions are compared, either way round', async () => {
    const one = await write('compared', sampleRoute('/1'));
    const two = await write('compared', sampleRoute('/2'));
    const change = async (to: number, from: number) =>
      (await plane.call('GET', `${revisions}/${to}/diff?against=${from}`)).body.changes[0].operations[0];

    expect(await change(two, one)).toEqual({ op: 'changed', path: '/uri', before: '/1', after: '/2' });
    expect(await change(one, two)).toEqual({ op: 'changed', path: '/uri', before: '/2', after: '/1' });
    expect((await plane.call('GET', `${revisions}/${two}/diff?against=999999`)).status).toBe(404);
  });
});
