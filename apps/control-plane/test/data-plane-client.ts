import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { type Batch, ConfigState, type ResourceChange } from '@sluice/sync';
import {
  type ChangeMessage,
  ConfigSyncClientClass,
  type ControlPlaneStream,
  type FromDataPlane,
  type HelloMessage,
  type ToDataPlane,
} from '@sluice/sync/grpc';
import { ConfigSyncServer } from '../src/publishing/config-sync.server.ts';
import type { TestControlPlane } from './start-control-plane.ts';

type Command = NonNullable<ToDataPlane['command']>;

/** A data plane as the control plane sees it: one stream, everything received, and the state that it makes. */
export interface TestDataPlane extends Disposable {
  readonly state: ConfigState;
  /** Every batch in the order of arrival. */
  readonly batches: readonly Batch[];
  /** What did not continue the state, in words. */
  readonly complaints: readonly string[];
  /** What the control plane told it to do. */
  readonly commands: readonly Command[];
  /** Status with which the control plane ended the stream. */
  readonly ended: { code: number; details: string } | undefined;
  send(message: FromDataPlane): void;
  /** Stops reading, so that flow control holds the control plane back. */
  pause(): void;
  resume(): void;
}

/** Connects and says hello; `held` is what an earlier stream has left. */
export function connectDataPlane(
  plane: TestControlPlane,
  hello: Partial<HelloMessage> = {},
  held: ConfigState = new ConfigState(),
  proof?: ChannelCredentials,
): TestDataPlane {
  const stream = openStream(plane, proof);
  const dataPlane = new Recorder(stream, held);
  dataPlane.send({ hello: { ...helloOf(held), ...hello } });
  return dataPlane;
}

/** A stream on which nothing has been said yet. */
export function openStream(plane: TestControlPlane, proof = credentials.createInsecure()): ControlPlaneStream {
  const { port } = plane.app.get(ConfigSyncServer);
  const client = new ConfigSyncClientClass(`127.0.0.1:${port}`, proof, {
    'grpc.max_receive_message_length': -1,
    // Where there is TLS: Node 26 refuses an address as the name of a server.
    'grpc.ssl_target_name_override': 'localhost',
  });
  const stream = client.Connect();
  stream.once('close', () => client.close());
  return stream;
}

/** The number and digest of the head of the default group. */
export async function headOf(plane: TestControlPlane): Promise<{ revision: number; digest: string }> {
  const select = `SELECT head_revision AS revision, encode(digest, 'hex') AS digest FROM gateway_group WHERE id = 1`;
  const [head] = await plane.database.query<{ revision: number; digest: string }[]>(select);
  if (!head) throw new Error('The default group is gone.');
  return head;
}

/** The same of what a data plane holds. */
export function held({ state }: TestDataPlane): { revision: number; digest: string } {
  return { revision: state.revision, digest: Buffer.from(state.digest).toString('hex') };
}

function helloOf(state: ConfigState): HelloMessage {
  return {
    instance_id: 'dp-1',
    hostname: 'host-1',
    version: '0.1.0',
    group: 'default',
    labels: {},
    catalogue: {},
    have_revision: state.revision,
    have_digest: state.revision === 0 ? new Uint8Array() : state.digest,
    workers: 1,
    started_at: Date.now(),
    applied_revision: state.revision,
    source: 'control-plane',
  };
}

class Recorder implements TestDataPlane {
  readonly batches: Batch[] = [];
  readonly complaints: string[] = [];
  readonly commands: Command[] = [];
  readonly state: ConfigState;
  ended: { code: number; details: string } | undefined;
  readonly #stream: ControlPlaneStream;
  #open: { type: Batch['type']; baseRevision: number; changes: ResourceChange[] } | undefined;

  constructor(stream: ControlPlaneStream, state: ConfigState) {
    this.#stream = stream;
    this.state = state;
    stream.on('data', (message: ToDataPlane) => this.#receive(message));
    // The status tells the same, and comes also where there is no error.
    stream.on('error', () => undefined);
    stream.on('status', ({ code, details }) => (this.ended = { code, details }));
  }

  send(message: FromDataPlane): void {
    this.#stream.write(message);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  [Symbol.dispose](): void {
    this.#stream.cancel();
  }

  #receive({ begin, changes, commit, delta, command }: ToDataPlane): void {
    if (command) this.commands.push(command);
    if (begin)
      this.#open = { type: begin.snapshot ? 'snapshot' : 'delta', baseRevision: begin.base_revision, changes: [] };
    if (changes) this.#open?.changes.push(...changes.changes.map(toChange));
    if (commit && this.#open) this.#apply({ ...this.#open, ...commit });
    if (!delta) return;
    const { base_revision: baseRevision, commit: end } = delta;
    this.#apply({ type: 'delta', baseRevision, changes: delta.changes.map(toChange), ...end });
  }

  #apply(batch: Batch): void {
    this.batches.push(batch);
    const refusal = this.state.apply(batch);
    if (refusal) this.complaints.push(`${refusal} at ${batch.type} ${batch.baseRevision}..${batch.revision}`);
  }
}

function toChange(change: ChangeMessage): ResourceChange {
  const { kind, id, body, deleted, created_revision: createdRevision, modified_revision: modifiedRevision } = change;
  return { kind, id, body: deleted ? null : body, createdRevision, modifiedRevision };
}
