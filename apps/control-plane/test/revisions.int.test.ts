import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyRevisionChain } from '../src/audit/revision-chain.ts';
import { Sealing } from '../src/sealing/sealing.ts';
import { withKey } from './credentials.ts';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const routes = `${resources}/routes`;
const revisions = '/api/v1/groups/default/revisions';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

async function head(): Promise<{ revision: number; digest: string; resource_count: number }> {
  return (await plane.call('GET', '/api/v1/groups')).body.list[0];
}

async function writeRoutes(count: number, uri: string): Promise<number> {
  const changes = Array.from({ length: count }, (_, i) => {
    return { op: 'put', kind: 'route', id: `many-${i}`, value: sampleRoute(`${uri}/${i}`) };
  });
  const answer = await plane.call('POST', '/api/v1/groups/default/change-sets', { changes });
  expect(answer.status).toBe(200);
  return answer.body.revision;
}

describe('numbering', () => {
  test('2,000 writes of 20 clients lose nothing and number revisions without a gap', { timeout: 60_000 }, async () => {
    const before = await head();
    const clients = Array.from({ length: 20 }, async (_, client) => {
      const numbers: number[] = [];
      for (let i = 0; i < 100; i += 1) {
        const answer = await plane.call('PUT', `${routes}/c${client}-${i}`, sampleRoute(`/c/${client}/${i}`));
        numbers.push(answer.body.revision);
      }
      return numbers;
    });
    const numbers = (await Promise.all(clients)).flat().sort((a, b) => a - b);

    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, i) => before.revision + 1 + i));
    expect((await head()).resource_count).toBe(before.resource_count + 2000);
  });

  test('writers that race for one resource each get a revision, and the last one stands', async () => {
    const writes = Array.from({ length: 50 }, (_, i) => plane.call('PUT', `${routes}/raced`, sampleRoute(`/r/${i}`)));
    const answers = await Promise.all(writes);

    const last = answers.toSorted((a, b) => a.body.revision - b.body.revision).at(-1);
    expect(new Set(answers.map(({ body }) => body.revision)).size).toBe(50);
    expect((await plane.call('GET', `${routes}/raced`)).body.value.uri).toBe(last?.body.resource.value.uri);
  });

  test('the chain of all these revisions verifies, bodies and digests included', async () => {
    const report = await verifyRevisionChain(plane.database, plane.app.get(Sealing), 'default');

    expect(report).toEqual({ isIntact: true, checked: (await head()).revision });
  });
});

describe('rolling back', () => {
  test('a revision that never was cannot be restored', async () => {
    expect((await plane.call('POST', `${revisions}/999999/rollback`)).status).toBe(404);
  });

  test('a thousand routes come back in one revision, and the old digest returns', async () => {
    await writeRoutes(1000, '/before');
    const before = await head();
    await writeRoutes(1000, '/after');
    await plane.call('DELETE', `${routes}/many-7`);
    await plane.call('PUT', `${routes}/later`, sampleRoute('/later'));
    expect((await head()).digest).not.toBe(before.digest);

    const answer = await plane.call('POST', `${revisions}/${before.revision}/rollback`, { message: 'Back' });

    expect(answer.body).toEqual({ revision: before.revision + 4 });
    expect(await head()).toMatchObject({ digest: before.digest, resource_count: before.resource_count });
    expect((await plane.call('GET', `${routes}/many-7`)).body.value.uri).toBe('/before/7');
    expect((await plane.call('GET', `${routes}/later`)).status).toBe(404);
  });

  test('a misspelt reason is refused by its name, and nothing is rolled back', async () => {
    const { revision } = await head();

    expect(await plane.call('POST', `${revisions}/1/rollback`, { mesage: 'Back' })).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID', message: expect.stringContaining('mesage') } },
    });
    expect((await head()).revision).toBe(revision);
  });

  test('rolling back to what already is makes no revision', async () => {
    const { revision } = await head();

    expect((await plane.call('POST', `${revisions}/${revision}/rollback`)).body).toEqual({ revision: null });
  });

  test('secrets come back with the bytes that held them', async () => {
    await plane.call('PUT', `${resources}/consumers/jack`, sampleConsumer('jack', 'old-key'));
    const { revision, digest } = await head();
    await plane.call('PUT', `${resources}/consumers/jack`, sampleConsumer('jack', 'new-key'));
    await plane.call('POST', `${revisions}/${revision}/rollback`);

    const { body } = await plane.call('GET', '/apisix/admin/consumers/jack');
    expect(body.value.plugins['key-auth'].key).toBe('old-key');
    expect((await head()).digest).toBe(digest);
  });

  test('a restored consumer holds its key against others again', async () => {
    const answer = await plane.call('PUT', `${resources}/consumers/thief`, sampleConsumer('thief', 'old-key'));

    expect(answer.status).toBe(400);
    expect((await plane.call('PUT', `${resources}/consumers/heir`, sampleConsumer('heir', 'new-key'))).status).toBe(
      201,
    );
  });
});

describe('reverting', () => {
  test('a revision whose resource was changed since is a conflict that names the resource', async () => {
    const { body } = await plane.call('PUT', `${routes}/conflict`, sampleRoute('/1'));
    await plane.call('PUT', `${routes}/conflict`, sampleRoute('/2'));
    const answer = await plane.call('POST', `${revisions}/${body.revision}/revert`);

    expect(answer.status).toBe(409);
    expect(answer.body.error.message).toContain('route "conflict"');
  });

  test('a creation that others build on by now is not reverted', async () => {
    const created = await plane.call('PUT', `${resources}/upstreams/base`, { nodes: { '127.0.0.1:1': 1 } });
    await plane.call('PUT', `${routes}/on-base`, { uri: '/b', upstream_id: 'base' });
    const answer = await plane.call('POST', `${revisions}/${created.body.revision}/revert`);

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain('route [on-base] is still using it now');
  });

  test('only what the revision did is undone', async () => {
    await plane.call('PUT', `${routes}/undone`, sampleRoute('/1'));
    const second = await plane.call('PUT', `${routes}/undone`, sampleRoute('/2'));
    await plane.call('PUT', `${routes}/untouched`, sampleRoute('/3'));
    const answer = await plane.call('POST', `${revisions}/${second.body.revision}/revert`);

    expect(answer.body.revision).toBe(second.body.revision + 2);
    expect((await plane.call('GET', `${routes}/undone`)).body.value.uri).toBe('/1');
    expect((await plane.call('GET', `${routes}/untouched`)).status).toBe(200);
  });
});

describe('reading', () => {
  test('a list goes back page by page and can follow one resource', async () => {
    const first = await plane.call('GET', `${revisions}?limit=2`);
    const next = await plane.call('GET', `${revisions}?limit=2&before=${first.body.next}`);
    const of = await plane.call('GET', `${revisions}?kind=route&id=undone`);

    expect(first.body.list[1].number - next.body.list[0].number).toBe(1);
    expect(of.body.list.map(({ source }: { source: string }) => source)).toEqual(['revert', 'api', 'api']);
    expect(of.body.list[2].changes).toEqual([{ kind: 'route', id: 'undone', action: 'create' }]);
  });

  test('a revision shows before and after, and the digest that it continued', async () => {
    const previous = await head();
    const { body } = await plane.call('PUT', `${routes}/undone?message=Why`, sampleRoute('/9'));
    const shown = await plane.call('GET', `${revisions}/${body.revision}`);

    expect(shown.body).toMatchObject({ message: 'Why', previous_digest: previous.digest, change_count: 1 });
    const [change] = shown.body.changes;
    expect([change.action, change.before.uri, change.after.uri]).toEqual(['update', '/1', '/9']);
  });

  test.each([
    ['editor', false],
    ['admin', true],
  ] as const)('an %s sees the hashes that prove what secrets are: %s', async (role, sees) => {
    const { revision } = await head();
    const paths = [`${revisions}/${revision}`, revisions, '/api/v1/groups', '/api/v1/groups/default/overview'];

    for (const path of paths) {
      const answer = await plane.call('GET', path, undefined, await withKey(plane, role));
      expect(answer.status).toBe(200);
      expect(/"(digest|previous_digest|chain)":"[0-9a-f]{64}"/.test(JSON.stringify(answer.body))).toBe(sees);
    }
  });

  test('more changes than one answer holds are truncated and go on at an offset', async () => {
    const number = await writeRoutes(300, '/wide');
    const first = await plane.call('GET', `${revisions}/${number}`);
    const rest = await plane.call('GET', `${revisions}/${number}?offset=200`);

    expect([first.body.changes.length, first.body.truncated]).toEqual([200, true]);
    expect([rest.body.changes.length, rest.body.truncated]).toEqual([100, undefined]);
  });

  test('a diff is the net difference: what came and went in between is not in it', async () => {
    const { revision: from } = await head();
    await plane.call('PUT', `${routes}/passing`, sampleRoute('/p'));
    await plane.call('PUT', `${routes}/staying`, sampleRoute('/s'));
    await plane.call('DELETE', `${routes}/passing`);
    const { revision: to } = await head();
    const diff = await plane.call('GET', `${revisions}/${to}/diff?against=${from}`);

    expect(diff.body).toMatchObject({ from, to, changes: [{ id: 'staying', action: 'create', before: null }] });
    expect(diff.body.changes).toHaveLength(1);
  });
});
