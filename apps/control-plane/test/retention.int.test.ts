import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyEverything } from '../src/audit/verify-everything.ts';
import { Retention } from '../src/retention/retention.ts';
import { Sealing } from '../src/sealing/sealing.ts';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const group = '/api/v1/groups/default';
const revisions = `${group}/revisions`;
const LABELLED = 11;
let plane: TestControlPlane;
let states: Map<number, { digest: string; body: unknown }>;

const get = (path: string) => plane.call('GET', path);
const sweep = () => plane.app.get(Retention, { strict: false }).sweep();
const head = async (): Promise<number> => (await get('/api/v1/groups')).body.list[0].revision;
const isIntact = async (): Promise<boolean> => {
  const verdicts = await verifyEverything(plane.database, plane.app.get(Sealing), 'default');
  return verdicts.every(({ report }) => report.isIntact);
};
const versionCount = async (): Promise<number> =>
  (await plane.database.query('SELECT count(*) AS count FROM resource_version'))[0].count;

/** Three resources that change again and again, one that comes and goes, one that stays as it is. */
async function makeHistory(): Promise<void> {
  await plane.call('PUT', `${resources}/consumers/jack`, sampleConsumer('jack', 'archived-secret'));
  for (let i = 0; i < 13; i += 1) {
    await plane.call('PUT', `${resources}/routes/a`, sampleRoute(`/a/${i}`));
    await plane.call('PUT', `${resources}/routes/passing`, sampleRoute(`/p/${i}`));
    await plane.call('DELETE', `${resources}/routes/passing`);
  }
}

beforeAll(async () => {
  plane = await startControlPlane();
  await makeHistory();
  states = new Map();
  for (const number of [LABELLED - 1, LABELLED, 29, 30, 35, 40]) {
    const { body } = await get(`${revisions}/${number}`);
    states.set(number, { digest: body.digest, body: (await get(`${revisions}/${number}/state`)).body });
  }
  await plane.call('PUT', `${revisions}/${LABELLED}/labels/kept`);
  await plane.call('POST', `${revisions}/5/comments`, { text: 'Said before it was archived' });
});
afterAll(() => plane[Symbol.asyncDispose]());

test('without a rule nothing is archived', async () => {
  await sweep();
  expect((await get(`${group}/settings`)).body.archive).toEqual({ through: 0, files: 0 });
});

test('a draft keeps the state that it is based on', async () => {
  await plane.call('PATCH', `${group}/settings`, { retention: { keep_revisions: 10 } });
  const edit = { op: 'put', kind: 'route', id: 'a', value: sampleRoute('/drafted'), base_revision: 3 };
  const draft = await plane.call('POST', `${group}/drafts`, { edits: [edit] });
  await sweep();

  expect((await get(`${group}/settings`)).body.archive.through).toBe(3);
  await plane.call('DELETE', `${group}/drafts/${draft.body.id}`);
});

describe('once the rule has archived', () => {
  beforeAll(async () => {
    await sweep();
    await sweep();
  });

  test('so many of the newest stay, and the list says where it ends', async () => {
    const { body } = await get(`${revisions}?limit=200`);

    expect(body).toMatchObject({ head: 40, archived_through: 30 });
    expect(body.list.map(({ number }: { number: number }) => number)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => 40 - i),
      LABELLED,
    ]);
  });

  test.each([
    ['GET', `${revisions}/30`],
    ['GET', `${revisions}/1`],
    ['GET', `${revisions}/29/state`],
    ['GET', `${revisions}/35/diff?against=20`],
    ['GET', `${group}/history/routes/a/versions/20`],
    ['POST', `${revisions}/20/rollback`],
    ['POST', `${revisions}/20/revert`],
    ['PUT', `${revisions}/20/labels/late`],
    ['GET', `${revisions}/20/comments`],
  ])('%s %s is answered with 410 and the name of the archive', async (method, path) => {
    const answer = await plane.call(method, path);

    expect(answer).toMatchObject({ status: 410, body: { error: { code: 'GONE' } } });
    expect(answer.body.error.message).toMatch(/archived, in default\/\d{12}-\d{12}\.jsonl\.gz/);
  });

  test.each([LABELLED - 1, LABELLED, 30, 35, 40])('the state after revision %i is what it was', async (number) => {
    expect((await get(`${revisions}/${number}/state`)).body).toEqual(states.get(number)?.body);
  });

  test('a revision with a label is still there with what it changed, and is gone back to', async () => {
    expect((await get(`${revisions}/${LABELLED}`)).body).toMatchObject({
      labels: ['kept'],
      changes: [{ id: 'a', before: { uri: '/a/2' }, after: { uri: '/a/3' } }],
    });
    const back = await plane.call('POST', `${revisions}/${LABELLED}/rollback`);
    expect((await get(`${revisions}/${back.body.revision}`)).body.digest).toBe(states.get(LABELLED)?.digest);
    const forth = await plane.call('POST', `${revisions}/40/rollback`);
    expect((await get(`${revisions}/${forth.body.revision}`)).body.digest).toBe(states.get(40)?.digest);
  });

  test('what nobody needs any more has left the database, and the rest verifies', async () => {
    const { body } = await get(`${group}/history/routes/a`);

    expect(body.list.length).toBeLessThan(8);
    expect(await versionCount()).toBeLessThan(25);
    expect(await isIntact()).toBe(true);
  });

  test('blame says of a field that it is older than what is here', async () => {
    const { body } = await get(`${group}/history/consumers/jack/blame`);
    expect(
      body.fields.every((field: { older?: boolean; author: unknown }) => field.older && field.author === null),
    ).toBe(true);
  });

  test('the files hold everything from revision 1, with secrets sealed', async () => {
    const { list } = (await get(`${group}/archives`)).body;
    const texts = await Promise.all(list.map(({ file }: { file: string }) => archived(file)));
    const lines = texts.flatMap((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line) as { type: string; number?: number }),
    );

    expect(lines.filter(({ type }) => type === 'revision').map(({ number }) => number)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'comment', revision: 5, text: 'Said before it was archived' }),
    );
    expect(texts.join('')).not.toContain('archived-secret');
    expect((await plane.call('POST', `${group}/archives/verify`)).body).toEqual({
      intact: true,
      files: 2,
      checked: 30,
      unopened: 0,
    });
  });

  test('a base that is not what was archived is found', async () => {
    await plane.database.query(`UPDATE resource_version SET body = replace(body, 'jack', 'jill') WHERE id = 'jack'`);
    expect(await isIntact()).toBe(false);
    await plane.database.query(`UPDATE resource_version SET body = replace(body, 'jill', 'jack') WHERE id = 'jack'`);
    expect(await isIntact()).toBe(true);
  });

  test('without its label a revision goes the way of the others, and nothing that is needed goes with it', async () => {
    const before = await versionCount();
    await plane.call('DELETE', `${revisions}/${LABELLED}/labels/kept`);
    await sweep();
    expect((await get(`${revisions}/${LABELLED}`)).status).toBe(410);
    await sweep();

    expect(await versionCount()).toBeLessThan(before);
    expect(await isIntact()).toBe(true);
    expect((await get(`${revisions}/35/state`)).body).toEqual(states.get(35)?.body);
  });

  test('the rule holds for what comes after, in one more file', async () => {
    const before = (await get(`${group}/settings`)).body.archive;
    for (let i = 0; i < 5; i += 1) await plane.call('PUT', `${resources}/routes/a`, sampleRoute(`/later/${i}`));
    await sweep();

    const { archive } = (await get(`${group}/settings`)).body;
    expect(archive).toEqual({ through: (await head()) - 10, files: before.files + 1 });
    expect(await isIntact()).toBe(true);
  });
});

describe('an archive that was changed', () => {
  const verify = async () => (await plane.call('POST', `${group}/archives/verify`)).body;

  test.each([
    ['an author', (text: string) => text.replace('"author":"', '"author":"x'), 1],
    ['a value', (text: string) => text.replace('/a/4', '/a/5'), undefined],
    ['a line that is missing', (text: string) => text.replace(/\{"type":"revision","number":9,.*\n/, ''), undefined],
    ['a change that is missing', (text: string) => text.replace(/\{"type":"change","revision":7,.*\n/, ''), 7],
    ['an end that is cut off', (text: string) => text.split('\n').slice(0, -3).join('\n'), undefined],
    ['a comment', (text: string) => text.replace('Said before', 'Said after'), undefined],
    ['a line that is no JSON', (text: string) => text.replace('{"type":"change"', '{"type":change'), undefined],
  ])('is found: %s', async (_what, change, at) => {
    const { list } = (await get(`${group}/archives`)).body;
    for (const { file } of list.slice(0, 2)) {
      const path = join(plane.dataDir, 'archive', file);
      const original = await readFile(path);
      const changed = change(gunzipSync(original).toString());
      if (changed === gunzipSync(original).toString()) continue;
      await writeFile(path, gzipSync(changed));
      expect(await verify()).toMatchObject({ intact: false, file, ...(at !== undefined && { broken_at: at }) });
      await writeFile(path, original);
      expect(await verify()).toMatchObject({ intact: true });
      return;
    }
    throw new Error('Nothing was changed.');
  });

  test('is found where the file is cut short or is not there', async () => {
    const [{ file }] = (await get(`${group}/archives`)).body.list;
    const path = join(plane.dataDir, 'archive', file);
    const original = await readFile(path);
    await writeFile(path, original.subarray(0, original.length / 2));
    expect(await verify()).toMatchObject({ intact: false, file });
    await plane.database.query(`UPDATE revision_archive SET file = 'default/none' WHERE file = $1`, [file]);

    expect(await verify()).toMatchObject({ intact: false, broken_at: 1, reason: 'the file is not here' });
  });
});

async function archived(file: string): Promise<string> {
  return gunzipSync(await readFile(join(plane.dataDir, 'archive', file))).toString();
}
