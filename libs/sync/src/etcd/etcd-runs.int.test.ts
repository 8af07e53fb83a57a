import { randomInt } from 'node:crypto';
import { FaultyProxy, seededRandom, startEtcd, type TestEtcd } from '@sluice/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ConfigSource } from '../source.ts';
import { EtcdClient } from './etcd-client.ts';
import { etcdErrors } from './etcd.errors.ts';
import { etcdSource } from './etcd-source.ts';
import { put } from './fenced-writer.ts';
import { KeyLayout } from './layout.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { RecordingSink } from './fixtures/recording-sink.ts';

let etcd: TestEtcd;
let groups = 0;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());

/** A client that is cut off before or after some of its writes. */
class FlakyClient extends EtcdClient {
  chanceToFail = 0;
  random: () => number = () => 1;

  override async write(...args: Parameters<EtcdClient['write']>) {
    if (this.random() < this.chanceToFail) throw etcdErrors.ETCD_UNAVAILABLE('cut before the write');
    const answer = await super.write(...args);
    if (this.random() < this.chanceToFail) throw etcdErrors.ETCD_UNAVAILABLE('cut after the write');
    return answer;
  }
}

class Reader {
  sink = new RecordingSink();
  readonly #prefix: string;
  readonly #url: string;
  #source: ConfigSource | undefined;

  constructor(prefix: string, url: string) {
    this.#prefix = prefix;
    this.#url = url;
  }

  /** A new data plane that knows nothing. */
  async start(): Promise<void> {
    await this.stop();
    this.sink = new RecordingSink();
    const backoff = { firstMs: 2, largestMs: 20 };
    this.#source = etcdSource({ etcd: { endpoints: [this.#url], answerWithinMs: 500 }, prefix: this.#prefix, backoff });
    this.#source.start(this.sink);
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
  }
}

/** The sink proves that each batch sums to the digest it carries; here, that this is the digest that was published. */
function expectPromised({ sink }: Reader, model: PublishedModel): void {
  for (const { revision, digest } of sink.batches)
    expect(Buffer.from(digest).toString('hex')).toBe(model.digests.get(revision));
  let position = 0;
  for (const { type, baseRevision, revision } of sink.batches) {
    if (type === 'delta') expect(baseRevision).toBe(position);
    position = revision;
  }
}

const arrived = (readers: readonly Reader[], model: PublishedModel) =>
  vi.waitFor(
    () => {
      for (const { sink } of readers) {
        expect(sink.state.revision).toBe(model.revision);
        expect(sink.contents).toEqual(model.contents);
      }
    },
    { timeout: 15_000 },
  );

test('however a snapshot meets a publisher in the middle of a revision, it is never torn', async () => {
  const prefix = `/torn-${(groups += 1)}`;
  const client = new EtcdClient({ endpoints: [etcd.url] });
  const publisher = new EtcdPublisher({ client, prefix });
  const model = new PublishedModel();
  await publisher.takeOver();
  let isWriting = true;
  const writing = (async () => {
    // Every revision touches every resource and deletes some, so that any mixture of two has the wrong digest.
    for (let round = 0; round < 60; round += 1) {
      const keys = Array.from({ length: 300 }, (_, i) => [`route/${i}`, i % 7 === round % 7 ? null : `{"r":${round}}`]);
      await publisher.publish(model.write(Object.fromEntries(keys) as Record<string, string | null>));
    }
    isWriting = false;
  })();

  let snapshots = 0;
  while (isWriting) {
    const reader = new Reader(prefix, etcd.url);
    await reader.start();
    await vi.waitFor(() => expect(reader.sink.batches.length).toBeGreaterThan(0), { timeout: 10_000, interval: 2 });
    await reader.stop();
    expectPromised(reader, model);
    expect(reader.sink.refused).toEqual([]);
    snapshots += 1;
  }
  await writing;
  client.close();

  expect(snapshots).toBeGreaterThan(5);
});

const seeds = process.env.SLUICE_TEST_SEED ? [Number(process.env.SLUICE_TEST_SEED)] : [1, 2, 3, randomInt(2 ** 31)];

test.each(seeds)('whatever happens, data planes get exactly what was published (seed %i)', async (seed) => {
  const { below } = seededRandom(seed);
  const random = () => below(2 ** 32) / 2 ** 32;
  const pick = (below: number) => Math.floor(random() * below);
  const prefix = `/run-${(groups += 1)}`;
  const layout = new KeyLayout(prefix);
  await using proxy = await FaultyProxy.start(etcd.port);
  const model = new PublishedModel();
  const client = new FlakyClient({ endpoints: [etcd.url] });
  client.random = random;
  let publisher = new EtcdPublisher({ client, prefix });
  await publisher.takeOver();
  const readers = [new Reader(prefix, etcd.url), new Reader(prefix, proxy.url), new Reader(prefix, etcd.url)] as const;
  for (const reader of readers) await reader.start();
  client.chanceToFail = 0.03;

  const untilDone = async (act: () => Promise<unknown>) => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        expect(error).toMatchObject({ code: 'ETCD_UNAVAILABLE' });
      }
    }
  };
  const publishSome = async () => {
    const count = random() < 0.1 ? 130 + pick(200) : 1 + pick(5);
    const changes = Object.fromEntries(
      Array.from({ length: count }, () => [`route/${pick(400)}`, random() < 0.3 ? null : `{"v":${pick(1e6)}}`]),
    );
    const revision = model.write(changes);
    await untilDone(() => publisher.publish(revision));
  };
  /** A leader that stops anywhere in a revision; the next one begins with that revision. */
  const changeLeader = async () => {
    const revision = model.write(
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`route/${i}`, `{"v":${pick(1e6)}}`])),
    );
    client.chanceToFail = 0.4;
    await publisher.publish(revision).catch(() => undefined);
    client.chanceToFail = 0.03;
    const deposed = publisher;
    publisher = new EtcdPublisher({ client, prefix });
    await untilDone(() => publisher.takeOver());
    await expect(untilDone(() => deposed.publish({ ...revision, revision: revision.revision + 1 }))).rejects.toThrow();
    await untilDone(() => publisher.publish(revision));
  };
  const editAndRepair = async () => {
    await untilDone(() => client.write([], [put(layout.keyOf('route', String(pick(400))), 'foreign')]));
    if (random() < 0.5) await publishSome();
    await untilDone(() => publisher.repair(model.state));
  };
  const compact = async () => {
    const { revision } = await client.range(layout.ownRange);
    const { connection } = await client.openWatch();
    await connection.exec('KV', 'compact', { revision, physical: false }).catch(() => undefined);
  };

  let edits = 0;
  for (let step = 0; step < 250; step += 1) {
    const dice = random();
    if (dice < 0.7) await publishSome();
    else if (dice < 0.76) await changeLeader();
    else if (dice < 0.82) {
      edits += 1;
      await editAndRepair();
    } else if (dice < 0.88) await compact();
    else if (dice < 0.92) proxy.cut();
    else if (dice < 0.94) proxy.hang();
    else if (dice < 0.98) proxy.pass();
    else {
      expectPromised(readers[2], model);
      await readers[2].start();
    }
  }
  proxy.pass();
  await publishSome();

  await arrived(readers, model);
  for (const reader of readers) {
    expectPromised(reader, model);
    expect(reader.sink.refused.length).toBeLessThanOrEqual(2 * edits);
    await reader.stop();
  }
  client.close();
});
