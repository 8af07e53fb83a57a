import { startEtcd, type TestEtcd } from '@sluice/testing';
import type { ICompare, IRequestOp } from 'etcd3';
import { eventually } from '@sluice/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { EtcdClient } from './etcd-client.ts';
import { etcdErrors } from './etcd.errors.ts';
import { parseHead } from './head.ts';
import { KeyLayout } from './layout.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { readPrefix } from './read-prefix.ts';

/** Real etcd behind a client that loses answers, loses writes or holds them back, as the test says. */
class UnluckyClient extends EtcdClient {
  /** What becomes of the next writes, first come first served; all others go through. */
  readonly fates: ('answer-lost' | 'write-lost' | Promise<void>)[] = [];
  writes = 0;

  override async write(compare: ICompare[], success: IRequestOp[]) {
    this.writes += 1;
    const fate = this.fates.shift();
    if (fate === 'write-lost') throw etcdErrors.ETCD_UNAVAILABLE('cut by the test');
    await fate;
    const answer = await super.write(compare, success);
    if (fate === 'answer-lost') throw etcdErrors.ETCD_UNAVAILABLE('cut by the test');
    return answer;
  }
}

let etcd: TestEtcd;
let client: UnluckyClient;
let other: EtcdClient;
let prefix: string;
let layout: KeyLayout;
let model: PublishedModel;
let groups = 0;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());
beforeEach(() => {
  client = new UnluckyClient({ endpoints: [etcd.url] });
  other = new EtcdClient({ endpoints: [etcd.url] });
  prefix = `/group-${(groups += 1)}`;
  layout = new KeyLayout(prefix);
  model = new PublishedModel();
});
afterEach(() => {
  client.close();
  other.close();
});

async function leader(by: EtcdClient = client): Promise<EtcdPublisher> {
  const publisher = new EtcdPublisher({ client: by, prefix });
  await publisher.takeOver();
  return publisher;
}

async function stored(): Promise<Record<string, string>> {
  const { values } = await readPrefix(other, layout);
  const resources = values.flatMap(({ key, value }) => {
    const name = layout.resourceAt(key);
    return name ? [[`${name.kind}/${name.id}`, Buffer.from(value).toString()]] : [];
  });
  return Object.fromEntries(resources) as Record<string, string>;
}

async function storedHead() {
  const { values } = await other.range({ key: Buffer.from(layout.headKey), range_end: Buffer.alloc(0) });
  return values[0] && parseHead(values[0].value);
}

const routes = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`route/${i}`, text]));
const fenced = expect.objectContaining({ code: 'FENCED' }) as Error;
const unavailable = expect.objectContaining({ code: 'ETCD_UNAVAILABLE' }) as Error;
const expectPublished = async () => {
  expect(await stored()).toEqual(model.contents);
  expect(await storedHead()).toMatchObject({
    revision: model.revision,
    digest: model.digests.get(model.revision),
    count: Object.keys(model.contents).length,
  });
};

describe('who may write', () => {
  test('nothing is written before the prefix is claimed', async () => {
    const publisher = new EtcdPublisher({ client, prefix });

    await expect(publisher.publish(model.write(routes(1, '{}')))).rejects.toThrow(fenced);

    expect(await stored()).toEqual({});
  });

  test('a delayed write of a deposed leader fails and changes nothing', async () => {
    const deposed = await leader();
    await deposed.publish(model.write({ 'route/1': 'old' }));
    const gate = Promise.withResolvers<void>();
    client.fates.push(gate.promise);
    const late = deposed.publish(model.write({ 'route/1': 'late' })).catch((error: unknown) => error);
    await eventually(() => expect(client.fates).toHaveLength(0));

    const successor = await leader(other);
    gate.resolve();
    expect(await late).toEqual(fenced);

    expect(await stored()).toEqual({ 'route/1': 'old' });
    await expect(deposed.publish(model.write({ 'route/1': 'later' }))).rejects.toThrow(fenced);
    expect(await successor.publish(model.write({ 'route/1': 'new' }))).toBe(true);
    await expectPublished();
  });

  test('a delayed part of a deposed leader fails too, and the successor repeats the whole revision', async () => {
    const deposed = await leader();
    await deposed.publish(model.write({ 'route/first': 'old' }));
    const big = model.write(routes(400, '{"v":1}'));
    const gate = Promise.withResolvers<void>();
    const through = Promise.resolve();
    client.fates.push(through, through, gate.promise);
    const late = deposed.publish(big).catch((error: unknown) => error);
    await eventually(() => expect(client.fates).toHaveLength(0));
    expect((await storedHead())?.revision).toBe(1);

    const successor = new EtcdPublisher({ client: other, prefix });
    const claim = await successor.takeOver();
    gate.resolve();
    expect(await late).toEqual(fenced);

    expect(claim).toMatchObject({ head: { revision: 1 }, unfinished: 2 });
    await successor.publish(big);
    await expectPublished();
    expect(await new EtcdPublisher({ client, prefix }).takeOver()).toMatchObject({ unfinished: null });
  });

  test('a claim has a higher epoch than the one before, and head shows it from the next revision on', async () => {
    await (await leader()).publish(model.write({ 'route/1': 'a' }));
    const before = await storedHead();

    await (await leader(other)).publish(model.write({ 'route/1': 'b' }));

    expect((await storedHead())?.epoch).toBeGreaterThan(before?.epoch ?? Infinity);
  });
});

describe('links that break', () => {
  test('a write whose answer was lost is found, not repeated', async () => {
    const publisher = await leader();
    client.writes = 0;
    client.fates.push('answer-lost');

    expect(await publisher.publish(model.write({ 'route/1': 'a' }))).toBe(true);

    expect(client.writes).toBe(1);
    expect(await publisher.publish(model.write({ 'route/1': 'b' }))).toBe(true);
    await expectPublished();
  });

  test('a write that was lost is repeated', async () => {
    const publisher = await leader();
    client.fates.push('write-lost', 'write-lost');

    expect(await publisher.publish(model.write({ 'route/1': 'a' }))).toBe(true);

    await expectPublished();
  });

  test('every loss in the middle of parts is made good by publishing the revision again', async () => {
    const publisher = await leader();
    const lost = Array.from({ length: 5 }, () => 'write-lost' as const);
    const through = Promise.resolve();
    const big = model.write(routes(400, '{"v":2}'));
    for (let i = 0; i < 4; i += 1) {
      client.fates.push(...Array.from({ length: i }, () => through), 'answer-lost', ...lost);
      await publisher.publish(big).catch((error: unknown) => expect(error).toEqual(unavailable));
      client.fates.length = 0;
    }

    await publisher.publish(big);

    await expectPublished();
  });

  test('an etcd that restarts in between loses nothing', async () => {
    const publisher = await leader();
    await publisher.publish(model.write({ 'route/1': 'a' }));

    await etcd.restart();
    const next = model.write({ 'route/2': 'b' });
    await vi.waitFor(() => publisher.publish(next), { timeout: 10_000 });

    await expectPublished();
  });
});

describe('revisions', () => {
  test('a revision that head has reached is not written again', async () => {
    const publisher = await leader();
    const first = model.write({ 'route/1': 'a' });
    const second = model.write({ 'route/1': 'b' });
    await publisher.publish(second);
    client.writes = 0;

    expect(await publisher.publish(first)).toBe(false);
    expect(await publisher.publish(second)).toBe(false);

    expect(client.writes).toBe(0);
    await expectPublished();
  });

  test('a revision of 1,000 changes is written in parts, and only the last moves head', async () => {
    const publisher = await leader();
    await publisher.publish(model.write({ 'route/0': 'before', 'route/gone': 'x' }));
    const { revision: before } = await other.range(layout.ownRange);
    client.writes = 0;

    await publisher.publish(model.write({ ...routes(1_000, '{}'), 'route/gone': null }));

    expect(client.writes).toBe(8);
    await expectPublished();
    const { values } = await other.range(layout.ownRange);
    const head = values.find(({ key }) => key === layout.headKey);
    expect(head?.modRevision).toBe(before + 8);
  });

  test('a revision of 8 MiB is written in parts that etcd accepts', async () => {
    const publisher = await leader();

    await publisher.publish(model.write(routes(10, JSON.stringify({ text: 'x'.repeat(800_000) }))));

    await expectPublished();
  });

  test('a value that etcd cannot take is refused, and head stays', async () => {
    const publisher = await leader();
    await publisher.publish(model.write({ 'route/1': 'a' }));

    const tooLarge = model.write({ 'route/2': 'x'.repeat(1_700_000) });

    await expect(publisher.publish(tooLarge)).rejects.toThrow(expect.objectContaining({ code: 'ETCD_REFUSED' }));
    expect((await storedHead())?.revision).toBe(1);
  });
});

test('a snapshot can take head back to an older revision, as after a restored backup', async () => {
  const publisher = await leader();
  const old = new PublishedModel();
  old.write({ 'route/1': 'a', 'route/2': 'b' });
  for (let i = 0; i < 3; i += 1) await publisher.publish(model.write({ [`route/${i}`]: `v${i}` }));

  await publisher.publishSnapshot(old.state);

  expect(await stored()).toEqual(old.contents);
  expect(await storedHead()).toMatchObject({ revision: 1, digest: old.digests.get(1) });
});

test('values are written in the form that the encoder gives them', async () => {
  const publisher = new EtcdPublisher({ client, prefix, encode: (kind, id) => `${kind} ${id}` });
  await publisher.takeOver();

  await publisher.publish(model.write({ 'secret/vault/1': '{}' }));

  expect(await stored()).toEqual({ 'secret/vault/1': 'secret vault/1' });
  expect(await publisher.differences(model.state)).toEqual([]);
});
