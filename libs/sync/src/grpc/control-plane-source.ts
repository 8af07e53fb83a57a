import { randomInt } from 'node:crypto';
import type { ChannelCredentials } from '@grpc/grpc-js';
import type { ConfigSink, ConfigSource, Verdict } from '../source.ts';
import { BatchAssembler } from './batch-assembler.ts';
import type { FromDataPlane, HealthMessage, HelloMessage, MetricDeltaMessage, ToDataPlane } from './messages.ts';
import { ConfigSyncClientClass, type ControlPlaneStream } from './service.ts';

/** A command from the control plane; the result goes back, a thrown error's message too. */
export type CommandHandler = (name: string, args: Uint8Array) => Promise<Uint8Array>;

export interface ControlPlaneSourceOptions {
  /** `host:port` of the control plane's gRPC listener. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  /** Who this data plane is; what it holds is filled in from the sink. */
  hello(): Omit<HelloMessage, 'have_revision' | 'have_digest' | 'source'>;
  /** Where configuration comes from, if not from here: then the control plane is only reported to. */
  readonly configuredBy?: string;
  readonly onCommand: CommandHandler;
  /** Waits between attempts to connect: first and largest, in milliseconds; each with full jitter. */
  readonly backoff?: { readonly firstMs: number; readonly largestMs: number };
}

/** What goes up beside acknowledgements. Each returns false when it could not be sent now: keep it and try again. */
export interface ControlPlaneLink {
  sendHealth(health: HealthMessage): boolean;
  sendMetrics(delta: MetricDeltaMessage): boolean;
  sendDrain(draining: boolean, openRequests: number): boolean;
  /** What became of configuration that came from elsewhere. */
  sendVerdict(verdict: Verdict): boolean;
}

const channelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/** Streams configuration from a control plane: reconnects by itself, asks for a snapshot when anything does not fit. */
export function controlPlaneSource(options: ControlPlaneSourceOptions): ConfigSource & ControlPlaneLink {
  return new ControlPlaneSource(options);
}

class ControlPlaneSource implements ConfigSource, ControlPlaneLink {
  readonly #options: ControlPlaneSourceOptions;
  readonly #client;
  #stream: ControlPlaneStream | undefined;
  #assembler = new BatchAssembler();
  /** Deliveries are chained, so that a batch waits for the verdict of the one before, also across reconnects. */
  #deliveries: Promise<void> = Promise.resolve();
  #attempts = 0;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: ControlPlaneSourceOptions) {
    this.#options = options;
    this.#client = new ConfigSyncClientClass(options.address, options.credentials, channelOptions);
  }

  start(sink: ConfigSink): void {
    sink.linkChanged({ connected: false, since: Date.now(), reason: 'connecting' });
    this.#connect(sink);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    this.#stream?.end();
    await this.#deliveries;
    this.#stream?.cancel();
    this.#client.close();
  }

  sendHealth(health: HealthMessage): boolean {
    return this.#send({ health });
  }

  sendMetrics(metrics: MetricDeltaMessage): boolean {
    return this.#send({ metrics });
  }

  sendDrain(draining: boolean, openRequests: number): boolean {
    return this.#send({ drain: { draining, open_requests: openRequests } });
  }

  sendVerdict(verdict: Verdict): boolean {
    return this.#send(this.#messageOf(verdict));
  }

  #connect(sink: ConfigSink): void {
    const stream = this.#client.Connect();
    this.#stream = stream;
    this.#assembler = new BatchAssembler();
    stream.on('metadata', () => this.#connected(sink));
    stream.on('data', (message: ToDataPlane) => this.#receive(stream, sink, message));
    stream.on('error', (error: Error) => this.#disconnected(stream, sink, error.message));
    stream.on('end', () => this.#disconnected(stream, sink, 'the control plane closed the stream'));
    // A batch that is being applied may still move the position: what is held is said only after it.
    void this.#deliveries.then(() => this.#sayHello(stream, sink));
  }

  #sayHello(stream: ControlPlaneStream, sink: ConfigSink): void {
    if (stream !== this.#stream) return;
    const held = sink.position();
    const hello = {
      ...this.#options.hello(),
      source: this.#options.configuredBy ?? 'control-plane',
      have_revision: held?.revision ?? 0,
      have_digest: held?.digest ?? new Uint8Array(),
    };
    stream.write({ hello });
  }

  #connected(sink: ConfigSink): void {
    this.#attempts = 0;
    sink.linkChanged({ connected: true, since: Date.now() });
  }

  #disconnected(stream: ControlPlaneStream, sink: ConfigSink, reason: string): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    stream.cancel();
    if (this.#isStopped) return;
    sink.linkChanged({ connected: false, since: Date.now(), reason });
    const { firstMs, largestMs } = this.#options.backoff ?? { firstMs: 100, largestMs: 5_000 };
    const ceiling = Math.min(largestMs, firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#retry = setTimeout(() => this.#connect(sink), randomInt(Math.ceil(ceiling) + 1));
  }

  #receive(stream: ControlPlaneStream, sink: ConfigSink, message: ToDataPlane): void {
    if (message.command) return this.#runCommand(message.command);
    // A control plane of before does not know better than to send it.
    if (this.#options.configuredBy !== undefined) return;
    const step = this.#assembler.add(message);
    if (step === 'out-of-order') {
      this.#answer(stream, { type: 'resync', reason: 'messages out of order' });
      return;
    }
    if (step === 'incomplete') return;
    // Nothing more is read while a batch is applied: a flood of changes waits in the control plane, which compacts it.
    stream.pause();
    this.#deliveries = this.#deliveries.then(async () => {
      if (stream === this.#stream) this.#answer(stream, await sink.receive(step));
      stream.resume();
    });
  }

  #answer(stream: ControlPlaneStream, verdict: Verdict): void {
    if (stream !== this.#stream) return;
    if (verdict.type === 'resync') this.#assembler.expectSnapshot();
    stream.write(this.#messageOf(verdict));
  }

  #messageOf(verdict: Verdict): FromDataPlane {
    if (verdict.type === 'resync') return { resync: { reason: verdict.reason } };
    if (verdict.type === 'ack') return { ack: { revision: verdict.revision, digest: verdict.digest } };
    const errors = verdict.errors.map((error) => ({ field: '', ...error }));
    return { nack: { revision: verdict.revision, errors, applied_revision: this.#options.hello().applied_revision } };
  }

  #runCommand(command: NonNullable<ToDataPlane['command']>): void {
    const { command_id, name } = command;
    this.#options.onCommand(name, command.arguments).then(
      (result) => this.#send({ command_result: { command_id, error: '', result } }),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        this.#send({ command_result: { command_id, error: text, result: new Uint8Array() } });
      },
    );
  }

  #send(message: FromDataPlane): boolean {
    if (!this.#stream || this.#stream.writableNeedDrain) return false;
    this.#stream.write(message);
    return true;
  }
}
