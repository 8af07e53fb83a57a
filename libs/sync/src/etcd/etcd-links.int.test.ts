import { FaultyProxy, startEtcd, type TestEtcd } from '@sluice/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConfigSource } from '../source.ts';
import { EtcdClient } from './etcd-client.ts';
import { etcdSource } from './etcd-source.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { RecordingSink } from './fixtures/recording-sink.ts';

const prefix = '/apisix';
let etcd: TestEtcd;
let proxy: FaultyProxy;
let client: EtcdClient;
let model: PublishedModel;
let publisher: EtcdPublisher;
let sink: RecordingSink;
let source: ConfigSource;

beforeEach(async () => {
  etcd = await startEtcd();
  proxy = await FaultyProxy.start(etcd.port);
  client = new EtcdClient({ endpoints: [etcd.url], answerWithinMs: 1_000 });
  model = new PublishedModel();
  publisher = new EtcdPublisher({ client, prefix });
  await publisher.takeOver();
  await publish({ 'route/1': 'a' });
  sink = new RecordingSink();
});
afterEach(async () => {
  await source.stop();
  client.close();
  await proxy[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

function follow(endpoints: readonly string[] = [proxy.url]): void {
  const backoff = { firstMs: 5, largestMs: 50 };
  source = etcdSource({ etcd: { endpoints, answerWithinMs: 1_000 }, prefix, backoff });
  source.start(sink);
}

const publish = (changes: Record<string, string | null>) => publisher.publish(model.write(changes));
const expectArrived = () =>
  vi.waitFor(
    () => {
      expect(sink.state.revision).toBe(model.revision);
      expect(sink.contents).toEqual(model.contents);
    },
    { timeout: 10_000 },
  );
const expectLink = (connected: boolean) =>
  vi.waitFor(() => expect(sink.link).toMatchObject({ connected }), { timeout: 10_000 });

test('after a lost watch it goes on where it was, without reading everything again', async () => {
  follow();
  await expectArrived();
  await publish({ 'route/1': 'b' });
  await expectArrived();
  proxy.cut();
  await expectLink(false);
  await publish({ 'route/1': null, 'route/2': 'c' });

  proxy.pass();
  await expectArrived();

  expect(sink.batches.map(({ type }) => type)).toEqual(['snapshot', 'delta', 'delta']);
  expect(sink.refused).toEqual([]);
});

test('after a compaction behind its back it reads again, and hands over only what is different', async () => {
  await publish({ 'route/2': 'b', 'route/3': 'c' });
  follow();
  await expectArrived();
  proxy.cut();
  await expectLink(false);
  for (let i = 0; i < 5; i += 1) await publish({ 'route/2': `b${i}`, [`route/new-${i}`]: 'x', 'route/3': null });
  await compactAll();

  proxy.pass();
  await expectArrived();

  expect(sink.batches.at(-1)).toMatchObject({ type: 'delta', baseRevision: 2, revision: 7 });
  expect(sink.batches.at(-1)?.changes).toHaveLength(7);
  await publish({ 'route/1': 'z' });
  await expectArrived();
  expect(sink.refused).toEqual([]);
});

test('a link that hangs half-open is given up, and nothing is missed', async () => {
  follow();
  await expectArrived();
  proxy.hang();
  await publish({ 'route/2': 'b' });
  await expectLink(false);

  proxy.pass();
  await expectArrived();

  expect(sink.batches.map(({ type }) => type)).toEqual(['snapshot', 'delta']);
});

test('an endpoint that accepts and never answers is left for the next one', async () => {
  proxy.hang();

  follow([proxy.url, etcd.url]);

  await expectArrived();
});

test('an endpoint that dies is left for the next one', async () => {
  follow([proxy.url, etcd.url]);
  await expectArrived();
  proxy.cut();

  await publish({ 'route/2': 'b' });

  await expectArrived();
});

test('an etcd that is killed and comes back is found again', async () => {
  follow([etcd.url]);
  await expectArrived();
  await etcd.kill();
  await expectLink(false);

  await etcd.restart();
  const next = model.write({ 'route/2': 'b' });
  await vi.waitFor(() => publisher.publish(next), { timeout: 10_000 });

  await expectArrived();
  expect(sink.refused).toEqual([]);
});

test('an etcd that stands still is reported, and caught up with', async () => {
  follow([etcd.url]);
  await expectArrived();
  await etcd.pause();
  await expectLink(false);

  await etcd.resume();
  await publish({ 'route/2': 'b' });

  await expectArrived();
});

test('stopping does not wait for an etcd that says nothing', async () => {
  source = etcdSource({ etcd: { endpoints: [proxy.url], answerWithinMs: 60_000 }, prefix });
  proxy.hang();
  source.start(sink);

  await source.stop();

  expect(sink.batches).toEqual([]);
});

async function compactAll(): Promise<void> {
  const { connection } = await client.openWatch();
  const { revision } = await client.range({ key: Buffer.from('/'), range_end: Buffer.from('0') });
  await connection.exec('KV', 'compact', { revision, physical: true });
}
