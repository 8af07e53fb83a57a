import { startEtcd, type TestEtcd } from '@sluice/testing';
import type { IRequestOp } from 'etcd3';
import { eventually } from '@sluice/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EtcdClient } from './etcd-client.ts';
import { put } from './fenced-writer.ts';
import type { ForeignReport } from './foreign-edits.ts';
import { parseHead } from './head.ts';
import { KeyLayout } from './layout.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { readPrefix } from './read-prefix.ts';

let etcd: TestEtcd;
let client: EtcdClient;
let other: EtcdClient;
let prefix: string;
let layout: KeyLayout;
let model: PublishedModel;
let publisher: EtcdPublisher;
let stop: AbortController;
let groups = 0;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());
beforeEach(async () => {
  client = new EtcdClient({ endpoints: [etcd.url] });
  other = new EtcdClient({ endpoints: [etcd.url] });
  prefix = `/group-${(groups += 1)}`;
  layout = new KeyLayout(prefix);
  model = new PublishedModel();
  stop = new AbortController();
  publisher = new EtcdPublisher({ client, prefix });
  await publisher.takeOver();
});
afterEach(() => {
  stop.abort();
  client.close();
  other.close();
});

async function storedHead() {
  const { values } = await other.range({ key: Buffer.from(layout.headKey), range_end: Buffer.alloc(0) });
  return values[0] && parseHead(values[0].value);
}

const routes = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`route/${i}`, text]));

async function expectPublished() {
  expect(await publisher.differences(model.state)).toEqual([]);
  expect(await storedHead()).toMatchObject({
    revision: model.revision,
    digest: model.digests.get(model.revision),
    count: Object.keys(model.contents).length,
  });
}

function watched() {
  const reports: ForeignReport[] = [];
  void publisher.watchForeign((report) => reports.push(report), stop.signal);
  const edits = () => reports.flatMap((report) => report.edits.map(({ key, isDeleted }) => ({ key, isDeleted })));
  return { reports, edits };
}

const write = (...operations: IRequestOp[]) => other.write([], operations);

test('what others do to our keys is reported, what we do and what is not ours is not', async () => {
  const { edits } = watched();
  await publisher.publish(model.write(routes(300, '{}')));
  await publisher.publish(model.write({ 'route/1': '{"v":2}' }));
  await write(put(`${prefix}2/routes/1`, 'shares a beginning'));
  await write(put(`${prefix}/routes/`, 'init_dir'));
  await publisher.publishSnapshot(model.state);

  await write(put(`${prefix}/routes/1`, 'foreign'), put(`${prefix}/plugins`, '[]'));
  await write({ request_delete_range: { key: Buffer.from(`${prefix}/routes/2`) } });

  await eventually(() => expect(edits()).toHaveLength(2));
  expect(edits()).toEqual([
    { key: `${prefix}/routes/1`, isDeleted: false },
    { key: `${prefix}/routes/2`, isDeleted: true },
  ]);
});

test('a repair brings every key back and moves head with the next epoch', async () => {
  const { edits } = watched();
  await publisher.publish(model.write({ ...routes(3, '{}'), 'credential/jack/c1': '{}' }));
  const before = await storedHead();
  await write(put(`${prefix}/routes/1`, 'foreign'), put(`${prefix}/routes/extra`, '{}'));
  await write({ request_delete_range: { key: Buffer.from(`${prefix}/consumers/jack/credentials/c1`) } });
  await write(put(`${prefix}2/routes/1`, 'shares a beginning'));
  await eventually(() => expect(edits()).toHaveLength(3));

  const repaired = await publisher.repair(model.state);

  expect(repaired).toEqual([
    { key: `${prefix}/routes/1`, kind: 'route', id: '1', found: 'changed' },
    { key: `${prefix}/consumers/jack/credentials/c1`, kind: 'credential', id: 'jack/c1', found: 'missing' },
    { key: `${prefix}/routes/extra`, kind: 'route', id: 'extra', found: 'extra' },
  ]);
  await expectPublished();
  expect((await storedHead())?.epoch).toBeGreaterThan(before?.epoch ?? Infinity);
  expect(await publisher.differences(model.state)).toEqual([]);
  const neighbour = await readPrefix(other, new KeyLayout(`${prefix}2`));
  expect(neighbour.values).toHaveLength(1);
});

test('a head that somebody has overwritten does not stop the leader', async () => {
  const { edits } = watched();
  await publisher.publish(model.write({ 'route/1': 'a' }));
  await write(put(layout.headKey, '{"revision":999}'));
  await eventually(() => expect(edits()).toEqual([{ key: layout.headKey, isDeleted: false }]));

  expect(await publisher.publish(model.write({ 'route/1': 'b' }))).toBe(true);

  await expectPublished();
});

test('a prefix that was wiped is the end of the claim, and is filled again by the next one', async () => {
  await publisher.publish(model.write(routes(3, '{}')));
  await write({ request_delete_range: layout.range });

  await expect(publisher.publish(model.write({ 'route/9': '{}' }))).rejects.toThrow(
    expect.objectContaining({ code: 'FENCED' }),
  );

  expect(await publisher.takeOver()).toMatchObject({ head: null });
  await publisher.publishSnapshot(model.state);
  await expectPublished();
});

test('edits in a part of history that was compacted away are reported as unknown', async () => {
  const { revision } = await write(put(`${prefix}/routes/1`, 'foreign'), put(`${prefix}/routes/2`, 'foreign'));
  await write(put(`${prefix}/unrelated`, 'x'));
  await compact(revision + 1);

  const { reports } = watched();

  await eventually(() => expect(reports).toEqual([{ edits: [], isComplete: false }]));
  expect(await publisher.differences(model.state)).toHaveLength(2);
});

test('the watch ends when somebody else takes over, who is no foreigner', async () => {
  const reports: ForeignReport[] = [];
  const watching = publisher.watchForeign((report) => reports.push(report), stop.signal);

  const successor = new EtcdPublisher({ client: other, prefix });
  await successor.takeOver();
  await successor.publish(model.write({ 'route/1': 'a' }));

  await watching;
  expect(reports).toEqual([]);
});

async function compact(revision: number): Promise<void> {
  const { connection } = await other.openWatch();
  await connection.exec('KV', 'compact', { revision, physical: true });
}
