import { startEtcd, type TestEtcd } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigSource } from '../source.ts';
import { apisixEncryption } from './apisix-encryption.ts';
import { EtcdClient } from './etcd-client.ts';
import { etcdSource, type EtcdSourceOptions } from './etcd-source.ts';
import { put } from './fenced-writer.ts';
import { KeyLayout } from './layout.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { RecordingSink } from './fixtures/recording-sink.ts';

let etcd: TestEtcd;
let client: EtcdClient;
let prefix: string;
let model: PublishedModel;
let publisher: EtcdPublisher;
let sink: RecordingSink;
let source: ConfigSource | undefined;
let groups = 0;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());
beforeEach(async () => {
  client = new EtcdClient({ endpoints: [etcd.url] });
  prefix = `/group-${(groups += 1)}`;
  model = new PublishedModel();
  publisher = new EtcdPublisher({ client, prefix });
  sink = new RecordingSink();
});
afterEach(async () => {
  await source?.stop();
  source = undefined;
  client.close();
});

function follow(options: Partial<EtcdSourceOptions> = {}): void {
  const backoff = { firstMs: 5, largestMs: 20 };
  source = etcdSource({ etcd: { endpoints: [etcd.url] }, prefix, backoff, ...options });
  source.start(sink);
}

const publish = (changes: Record<string, string | null>) => publisher.publish(model.write(changes));
const write = (key: string, value: string) => client.write([], [put(`${prefix}${key}`, value)]);
const erase = (key: string) => client.write([], [{ request_delete_range: { key: Buffer.from(`${prefix}${key}`) } }]);
const expectArrived = () =>
  eventually(() => {
    expect(sink.state.revision).toBe(model.revision);
    expect(sink.contents).toEqual(model.contents);
  });
const expectLink = (expected: object) => eventually(() => expect(sink.link).toMatchObject(expected));
const reasonWith = (text: string) => ({ connected: true, reason: expect.stringContaining(text) as string });

describe('what a Sluice publishes', () => {
  beforeEach(async () => {
    await publisher.takeOver();
    await publish({ 'route/1': 'a', 'consumer/jack': 'b' });
  });

  test('a foreign edit is never served, is drift after the next revision, and gone after a repair', async () => {
    follow();
    await expectArrived();
    await write('/routes/1', 'foreign');
    await publish({ 'route/2': 'c' });
    await expectLink(reasonWith('drift'));
    expect(sink.state.revision).toBe(1);
    expect(sink.refused).toHaveLength(1);

    await publish({ 'route/3': 'd' });
    await eventually(() => expect(sink.refused).toHaveLength(2));
    expect(sink.contents).toMatchObject({ 'route/1': 'a' });

    await publisher.repair(model.state);

    await expectArrived();
    await eventually(() => expect(sink.link).toEqual({ connected: true, since: expect.any(Number) as number }));
    expect(sink.refused).toHaveLength(2);
  });

  test('a foreign edit that is repaired before the next revision is never noticed', async () => {
    follow();
    await expectArrived();
    await write('/routes/1', 'foreign');
    await publisher.repair(model.state);
    await publish({ 'route/2': 'c' });

    await expectArrived();

    expect(sink.batches.map(({ type, revision }) => [type, revision])).toEqual([
      ['snapshot', 1],
      ['delta', 2],
    ]);
    expect(sink.refused).toEqual([]);
  });

  test('a prefix that is wiped stays in service until it is published again', async () => {
    follow();
    await expectArrived();
    await client.write([], [{ request_delete_range: new KeyLayout(prefix).range }]);
    await expectLink(reasonWith('deleted'));
    expect(sink.contents).toEqual(model.contents);

    await publisher.takeOver();
    model.write({ 'route/2': 'c' });
    await publisher.publishSnapshot(model.state);

    await expectArrived();
    expect(sink.refused).toEqual([]);
  });

  test('an overwritten head is waited out', async () => {
    follow();
    await expectArrived();
    await write('/sluice/head', 'nonsense');
    await expectLink(reasonWith('not readable'));

    await publish({ 'route/2': 'c' });

    await expectArrived();
  });

  test('a revision cut off in its middle whose past is compacted away is waited out', async () => {
    await write('/routes/1', 'part of revision 2');
    const { revision } = await write('/routes/2', 'part of revision 2');
    await compact(revision);
    follow();
    await expectLink(reasonWith('being published'));
    expect(sink.batches).toEqual([]);

    await publish({ 'route/1': 'part of revision 2', 'route/2': 'part of revision 2' });

    await expectArrived();
    expect(sink.refused).toEqual([]);
  });

  test('a revision cut off in its middle is not served: the state before it is', async () => {
    await erase('/consumers/jack');
    await write('/routes/2', 'part of revision 2');

    follow();
    await expectArrived();

    await publish({ 'consumer/jack': null, 'route/2': 'part of revision 2' });
    await expectArrived();
    expect(sink.refused).toEqual([]);
  });

  test('a revision of many parts arrives as one batch', async () => {
    follow();
    await expectArrived();

    await publish(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`route/${i}`, `{"v":${i}}`])));

    await expectArrived();
    expect(sink.batches.map(({ changes }) => changes.length)).toEqual([2, 1_000]);
  });

  test('a revision that restores an older state of the whole database arrives as a snapshot', async () => {
    await publish({ 'route/2': 'c' });
    follow();
    await expectArrived();
    model = new PublishedModel();
    model.write({ 'route/9': 'restored' });

    await publisher.publishSnapshot(model.state);

    await expectArrived();
    expect(sink.batches.at(-1)?.type).toBe('snapshot');
  });

  test('the same number with other content, as after a restored database, arrives as a snapshot', async () => {
    follow();
    await expectArrived();
    model = new PublishedModel();
    model.write({ 'route/1': 'restored', 'route/2': 'c' });

    await publisher.publishSnapshot(model.state);

    await expectArrived();
    expect(sink.batches.at(-1)?.type).toBe('snapshot');
  });

  test('neighbours that share a beginning and keys that are none of ours change nothing', async () => {
    await client.write([], [put(`${prefix}2/routes/1`, 'neighbour'), put(`${prefix}/plugins`, '[]')]);
    follow();
    await expectArrived();
    await client.write([], [put(`${prefix}2/routes/2`, 'neighbour'), put(`${prefix}/routes/`, 'init_dir')]);
    await publish({ 'route/2': 'c' });

    await expectArrived();

    expect(sink.refused).toEqual([]);
  });

  test('a sink that has lost its place is given everything', async () => {
    follow();
    await expectArrived();
    sink.state.apply({ type: 'snapshot', baseRevision: 0, revision: 0, digest: new Uint8Array(32), changes: [] });

    await publish({ 'route/2': 'c' });

    await expectArrived();
    expect(sink.batches.at(-1)).toMatchObject({ type: 'snapshot', revision: 2 });
  });

  test('values written with a key ring are read as the bytes that the digest is about', async () => {
    const encryption = apisixEncryption(['edd1c9f0985e76a2'], () => ['plugins.*.key']);
    publisher = new EtcdPublisher({ client, prefix, encode: encryption.encode });
    await publisher.takeOver();
    model.write({ 'consumer/jack': '{"plugins":{"key-auth":{"key":"hunter2"}},"username":"jack"}' });
    await publisher.publishSnapshot(model.state);

    follow({ decode: encryption.decode });

    await expectArrived();
    const { values } = await client.range(new KeyLayout(prefix).range);
    expect(values.some(({ value }) => Buffer.from(value).includes('hunter2'))).toBe(false);
  });
});

describe('a prefix without head', () => {
  test('an empty one is waited out, whatever fills it', async () => {
    follow();
    await expectLink(reasonWith('nothing below'));
    expect(sink.batches).toEqual([]);

    await write('/routes/1', 'plain');

    await eventually(() => expect(sink.contents).toEqual({ 'route/1': 'plain' }));
  });

  test('of a plain APISIX each event is applied as it comes, byte for byte', async () => {
    await write('/routes/', 'init_dir');
    await write('/routes/1', '{ "uri": "/a", "id": "1" }');
    follow();
    await eventually(() => expect(sink.contents).toEqual({ 'route/1': '{ "uri": "/a", "id": "1" }' }));

    await write('/consumers/jack/credentials/c1', '{"x":1}');
    await eventually(() => expect(sink.contents).toHaveProperty('credential/jack/c1', '{"x":1}'));
    await erase('/routes/1');
    await eventually(() => expect(sink.contents).toEqual({ 'credential/jack/c1': '{"x":1}' }));
    const { revision } = await client.write([], [put(`${prefix}/routes/2`, 'a'), put(`${prefix}/routes/3`, 'b')]);

    await eventually(() => expect(Object.keys(sink.contents)).toHaveLength(3));
    expect(sink.batches.at(-1)).toMatchObject({ type: 'delta', revision, changes: [{ id: '2' }, { id: '3' }] });
    expect(sink.refused).toEqual([]);
  });

  test('claimed by a publisher is waited out: its first revision may stand there in parts', async () => {
    await publisher.takeOver();
    await write('/routes/1', 'part of revision 1');
    follow();
    await expectLink(reasonWith('being published'));

    await publish({ 'route/1': 'part of revision 1', 'route/2': 'b' });

    await expectArrived();
    expect(sink.batches).toHaveLength(1);
  });

  test('becomes one with head when a Sluice takes it over', async () => {
    await write('/routes/1', 'plain');
    follow();
    await eventually(() => expect(sink.contents).toEqual({ 'route/1': 'plain' }));

    await publisher.takeOver();
    await expectLink(reasonWith('being published'));
    model.write({ 'route/2': 'ours' });
    await publisher.publishSnapshot(model.state);

    await expectArrived();
    expect(sink.batches).toHaveLength(2);
    expect(sink.refused).toEqual([]);
  });
});

async function compact(revision: number): Promise<void> {
  const { connection } = await client.openWatch();
  await connection.exec('KV', 'compact', { revision, physical: true });
}
