import { Server, ServerCredentials } from '@grpc/grpc-js';
import { canonicalJson, type JsonValue } from '@sluice/schema';
import { ConfigState, elementHash, type HeldResource, type ResourceChange, StateDigest } from '@sluice/sync';
import {
  type ChangeMessage,
  configSyncService,
  type DataPlaneStream,
  encode,
  type FromDataPlane,
} from '@sluice/sync/grpc';
import type { BenchResource } from '../configuration/resources.ts';

const messageChanges = 500;

/** A stand-in for the control plane: streams a configuration and then changes to it, each to its acknowledgement. */
export class Feed implements AsyncDisposable {
  readonly #server = new Server();
  readonly #state = new ConfigState();
  readonly #connected = Promise.withResolvers<DataPlaneStream>();
  #stream: DataPlaneStream | undefined;
  #acknowledged: ((revision: number) => void) | undefined;
  #port = 0;

  /** Listens on loopback, for one data plane. */
  static async start(resources: readonly BenchResource[]): Promise<Feed> {
    const feed = new Feed();
    feed.#apply('snapshot', 1, resources);
    feed.#server.addService(configSyncService, { Connect: (stream: DataPlaneStream) => feed.#connect(stream) });
    feed.#port = await new Promise<number>((resolve, reject) => {
      feed.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return feed;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** All that is configured. */
  get state(): ConfigState {
    return this.#state;
  }

  /** Sends one change as a revision and waits until the data plane serves it. */
  async change(resource: BenchResource): Promise<void> {
    const stream = await this.#connected.promise;
    const baseRevision = this.#state.revision;
    const changes = this.#apply('delta', baseRevision + 1, [resource]).map(toMessage);
    const { revision, digest } = this.#state;
    const acknowledged = new Promise<number>((resolve) => (this.#acknowledged = resolve));
    const commit = { revision, digest, count: changes.length };
    stream.write(encode({ delta: { base_revision: baseRevision, changes, commit } }));
    if ((await acknowledged) !== revision) throw new Error(`Revision ${revision} was not taken.`);
  }

  #apply(type: 'snapshot' | 'delta', revision: number, resources: readonly BenchResource[]): ResourceChange[] {
    const changes = resources.map(({ kind, id, value }) => {
      const body = Buffer.from(canonicalJson(value as JsonValue));
      return { kind, id, body, createdRevision: 1, modifiedRevision: revision };
    });
    const digest = type === 'snapshot' ? StateDigest.empty() : StateDigest.from(this.#state.digest);
    for (const { kind, id, body } of changes) {
      const old = type === 'delta' ? this.#state.get(kind, id) : undefined;
      if (old) digest.remove(old.hash);
      digest.add(elementHash(kind, id, body));
    }
    const baseRevision = this.#state.revision;
    const refusal = this.#state.apply({ type, baseRevision, revision, digest: digest.toBytes(), changes });
    if (refusal) throw new Error(`The stand-in made a bad batch: ${refusal}.`);
    return changes;
  }

  #connect(stream: DataPlaneStream): void {
    this.#stream = stream;
    this.#connected.resolve(stream);
    stream.on('data', (message: FromDataPlane) => this.#hear(message));
    stream.on('end', () => stream.end());
    // The data plane was ended.
    stream.on('error', () => undefined);
  }

  #hear({ hello, ack, nack }: FromDataPlane): void {
    if (hello && hello.have_revision !== this.#state.revision) this.#sendAll();
    if (ack) this.#acknowledged?.(ack.revision);
    if (nack) throw new Error(`The data plane refused: ${JSON.stringify(nack.errors)}`);
  }

  #sendAll(): void {
    const { revision, digest, size } = this.#state;
    this.#stream?.write(encode({ begin: { snapshot: true, base_revision: 0, revision } }));
    const all = [...this.#state.values()].map(toMessage);
    for (let at = 0; at < all.length; at += messageChanges)
      this.#stream?.write(encode({ changes: { changes: all.slice(at, at + messageChanges) } }));
    this.#stream?.write(encode({ commit: { revision, digest, count: size } }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

function toMessage({
  kind,
  id,
  body,
  createdRevision,
  modifiedRevision,
}: ResourceChange | HeldResource): ChangeMessage {
  return {
    kind,
    id,
    body: body ?? new Uint8Array(),
    deleted: body === null,
    created_revision: createdRevision,
    modified_revision: modifiedRevision,
  };
}
