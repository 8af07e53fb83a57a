import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { eventually } from '@sluice/testing/eventually';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigState } from '../config-state.ts';
import { elementHash, StateDigest } from '../digest.ts';
import type { Batch, ConfigSink, LinkState, Verdict } from '../source.ts';
import { controlPlaneSource } from './control-plane-source.ts';
import type { ChangeMessage, FromDataPlane, ToDataPlane } from './messages.ts';
import { configSyncService, type DataPlaneStream, encode } from './service.ts';

/** A control plane that does what the test tells it. */
class ScriptedControlPlane {
  readonly #server = new Server();
  readonly heard: FromDataPlane[] = [];
  readonly streams: DataPlaneStream[] = [];
  port = 0;

  async start(port = 0): Promise<void> {
    this.#server.addService(configSyncService, {
      Connect: (stream: DataPlaneStream) => {
        this.streams.push(stream);
        stream.on('data', (message: FromDataPlane) => this.heard.push(message));
        stream.on('end', () => stream.end());
        stream.on('error', () => undefined);
      },
    });
    this.port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  send(...messages: ToDataPlane[]): void {
    for (const message of messages) this.streams.at(-1)?.write(encode(message));
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

/** Holds what arrives, and answers as told. */
class RecordingSink implements ConfigSink {
  readonly state = new ConfigState();
  readonly batches: Batch[] = [];
  readonly links: LinkState[] = [];
  answer: ((batch: Batch) => Promise<Verdict>) | undefined;

  position() {
    return this.batches.length === 0 ? null : { revision: this.state.revision, digest: this.state.digest };
  }

  async receive(batch: Batch): Promise<Verdict> {
    const refusal = this.state.apply(batch);
    if (refusal) return { type: 'resync', reason: refusal };
    this.batches.push(batch);
    if (this.answer) return this.answer(batch);
    return { type: 'ack', revision: this.state.revision, digest: this.state.digest };
  }

  linkChanged(state: LinkState): void {
    this.links.push(state);
  }
}

const change = (id: string, text: string): ChangeMessage => ({
  kind: 'route',
  id,
  body: Buffer.from(text),
  deleted: false,
  created_revision: 1,
  modified_revision: 1,
});

function commit(revision: number, bodies: Record<string, string>) {
  const digest = StateDigest.empty();
  for (const [id, text] of Object.entries(bodies)) digest.add(elementHash('route', id, Buffer.from(text)));
  return { revision, digest: digest.toBytes(), count: Object.keys(bodies).length };
}

let plane: ScriptedControlPlane;
let sink: RecordingSink;
let source: ReturnType<typeof controlPlaneSource>;

function connect(port = plane.port, configuredBy?: string) {
  source = controlPlaneSource({
    address: `127.0.0.1:${port}`,
    credentials: credentials.createInsecure(),
    hello: () => ({
      instance_id: 'dp-1',
      hostname: 'host',
      version: '0.1.0',
      group: 'default',
      labels: { zone: 'a' },
      catalogue: { 'key-auth': 'hash' },
      workers: 1,
      started_at: 1,
      applied_revision: 0,
    }),
    onCommand: (name) => (name === 'drain' ? Promise.resolve(Buffer.from('ok')) : Promise.reject(new Error('unknown'))),
    backoff: { firstMs: 5, largestMs: 20 },
    ...(configuredBy !== undefined && { configuredBy }),
  });
  source.start(sink);
}

const heard = <K extends keyof FromDataPlane>(field: K) =>
  plane.heard.map((message) => message[field]).filter((value) => value !== undefined && value !== null);

beforeEach(async () => {
  plane = new ScriptedControlPlane();
  sink = new RecordingSink();
  await plane.start();
});
afterEach(async () => {
  await source.stop();
  plane.stop();
});

test('nothing is applied before the commit', async () => {
  connect();
  await eventually(() => expect(heard('hello')).toHaveLength(1));

  plane.send(
    { begin: { snapshot: true, base_revision: 0, revision: 3 } },
    { changes: { changes: [change('a', '1')] } },
  );
  plane.send({ command: { command_id: 'c1', name: 'drain', arguments: Buffer.alloc(0) } });
  await eventually(() => expect(heard('command_result')).toHaveLength(1));
  expect(sink.batches).toHaveLength(0);

  plane.send({ commit: commit(3, { a: '1' }) });

  await eventually(() => expect(heard('ack')).toMatchObject([{ revision: 3 }]));
  expect(sink.batches).toHaveLength(1);
});

test('a batch that was cut off is dropped, and the next connection says what is held', async () => {
  connect();
  await eventually(() => expect(plane.streams).toHaveLength(1));
  plane.send({ begin: { snapshot: true, base_revision: 0, revision: 1 } }, { commit: commit(1, {}) });
  await eventually(() => expect(heard('ack')).toHaveLength(1));

  plane.send(
    { begin: { snapshot: false, base_revision: 1, revision: 2 } },
    { changes: { changes: [change('a', '1')] } },
  );
  plane.streams.at(-1)?.end();

  await eventually(() => expect(heard('hello')).toHaveLength(2));
  expect(heard('hello')[1]).toMatchObject({ have_revision: 1, instance_id: 'dp-1', labels: { zone: 'a' } });
  expect(sink.state.revision).toBe(1);
});

test('after a resync request deltas on their way are dropped until a snapshot begins', async () => {
  connect();
  await eventually(() => expect(plane.streams).toHaveLength(1));
  plane.send({ begin: { snapshot: true, base_revision: 0, revision: 1 } }, { commit: commit(1, {}) });
  plane.send({ delta: { base_revision: 7, changes: [change('a', '1')], commit: commit(8, { a: '1' }) } });
  plane.send({ delta: { base_revision: 8, changes: [change('b', '2')], commit: commit(9, { a: '1', b: '2' }) } });
  await eventually(() => expect(heard('resync')).toMatchObject([{ reason: 'gap' }]));

  plane.send(
    { begin: { snapshot: true, base_revision: 0, revision: 9 } },
    { changes: { changes: [change('a', '1'), change('b', '2')] } },
    { commit: commit(9, { a: '1', b: '2' }) },
  );

  await eventually(() => expect(heard('ack').at(-1)).toMatchObject({ revision: 9 }));
  expect(heard('resync')).toHaveLength(1);
});

test('a batch waits for the verdict of the one before', async () => {
  connect();
  await eventually(() => expect(plane.streams).toHaveLength(1));
  let open = 0;
  const overlaps: number[] = [];
  sink.answer = async (batch) => {
    open += 1;
    overlaps.push(open);
    await new Promise(setImmediate);
    open -= 1;
    return { type: 'ack', revision: batch.revision, digest: batch.digest };
  };

  plane.send({ begin: { snapshot: true, base_revision: 0, revision: 1 } }, { commit: commit(1, {}) });
  plane.send({ delta: { base_revision: 1, changes: [change('a', '1')], commit: commit(2, { a: '1' }) } });

  await eventually(() => expect(heard('ack')).toMatchObject([{ revision: 1 }, { revision: 2 }]));
  expect(overlaps).toEqual([1, 1]);
});

test('a refused revision is answered with the resources that are at fault', async () => {
  connect();
  await eventually(() => expect(plane.streams).toHaveLength(1));
  sink.answer = async (batch) => ({
    type: 'nack',
    revision: batch.revision,
    errors: [{ kind: 'route', id: 'a', message: 'does not compile', field: '/vars' }],
  });

  plane.send({ begin: { snapshot: true, base_revision: 0, revision: 4 } }, { commit: commit(4, {}) });

  await eventually(() =>
    expect(heard('nack')).toMatchObject([
      { revision: 4, errors: [{ kind: 'route', id: 'a', message: 'does not compile', field: '/vars' }] },
    ]),
  );
});

test('a data plane that is configured elsewhere says so, takes nothing that is sent all the same, and reports', async () => {
  connect(plane.port, 'etcd');
  await eventually(() => expect(heard('hello')).toMatchObject([{ instance_id: 'dp-1', source: 'etcd' }]));

  plane.send({ begin: { snapshot: true, base_revision: 0, revision: 4 } }, { commit: commit(4, {}) });
  plane.send({ command: { command_id: 'c1', name: 'drain', arguments: Buffer.alloc(0) } });
  await eventually(() => expect(heard('command_result')).toHaveLength(1));
  expect(sink.batches).toEqual([]);

  expect(source.sendVerdict({ type: 'ack', revision: 7, digest: new Uint8Array(32) })).toBe(true);
  await eventually(() => expect(heard('ack')).toMatchObject([{ revision: 7 }]));
});

test('a command that fails is answered with its reason', async () => {
  connect();
  await eventually(() => expect(plane.streams).toHaveLength(1));

  plane.send({ command: { command_id: 'c9', name: 'dance', arguments: Buffer.alloc(0) } });

  await eventually(() => expect(heard('command_result')).toMatchObject([{ command_id: 'c9', error: 'unknown' }]));
});

test('a control plane that goes away and comes back is found again', async () => {
  connect();
  await eventually(() => expect(heard('hello')).toHaveLength(1));
  const { port } = plane;
  plane.stop();
  await eventually(() => expect(sink.links.at(-1)?.connected).toBe(false));

  plane = new ScriptedControlPlane();
  await plane.start(port);

  await vi.waitFor(() => expect(heard('hello')).toHaveLength(1), { timeout: 10_000 });
});
