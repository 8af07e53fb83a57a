import type { AwaitedBody, BodyWatch } from './body-watch.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';

/** Where a request's body goes. */
export interface BodyTarget {
  /** False: enough for now; `resume` when there is room again. */
  onRequestChunk(chunk: Buffer): boolean;
  onRequestEnd(): void;
  /** Nothing more will come: the sender is gone. The exchange ends by itself. */
  onRequestBroken?(): void;
}

/** Where the bytes of a body come from: a client, a plugin's transforms, a plugin. Flows after the first `resume`. */
export type BodySource = Pick<GatewayRequest, 'on' | 'pause' | 'rawTrailers' | 'resume'>;

/** What is kept so that a request can be sent a second time. */
const replayBytesMax = 64 * 1024;

const noSource: BodySource = { on: () => {}, pause: () => {}, resume: () => {} };

/** The body of a request: can be read as a whole by plugins and still be sent, and sent again while all of it is held. */
export class RequestBody implements AwaitedBody {
  /** As the client framed it; -1 for chunked. */
  readonly contentLength: number;
  bytes = 0;
  isEnded = false;
  readonly #source: BodySource;
  #held: Buffer[] = [];
  #holdsAll = true;
  #holdBytesMax = replayBytesMax;
  #target: BodyTarget | null = null;
  #onRead: (() => void) | null = null;
  #isStarted = false;
  #isBroken = false;
  #askToContinue: (() => void) | null = null;
  #watch: BodyWatch | null = null;
  movedAt = 0;
  #res: GatewayResponse | null = null;

  constructor(source: BodySource, contentLength: number) {
    this.#source = source;
    this.contentLength = contentLength;
  }

  /** A body that a client sends: it may have to be asked first, and must not take too long. */
  static ofClient(
    source: BodySource,
    contentLength: number,
    client: { readonly res: GatewayResponse; readonly watch: BodyWatch; readonly asksFirst: boolean },
  ): RequestBody {
    const body = new RequestBody(source, contentLength);
    body.#res = client.res;
    body.#watch = client.watch;
    if (client.asksFirst) body.#askToContinue = () => client.res.writeContinue();
    return body;
  }

  /** A body that is there already, and stays: it can be sent as often as there are tries. */
  static of(content: Buffer): RequestBody {
    const body = new RequestBody(noSource, content.length);
    body.bytes = content.length;
    body.#holdBytesMax = Math.max(replayBytesMax, content.length);
    body.isEnded = true;
    body.#isStarted = true;
    if (content.length > 0) body.#held.push(content);
    return body;
  }

  get res(): GatewayResponse | null {
    return this.#res;
  }

  /** Whether the body can be sent from its beginning. */
  get isReplayable(): boolean {
    return this.#holdsAll;
  }

  /** What followed the body, once it has ended: name, value, name, value. */
  get trailers(): readonly string[] {
    return this.#source.rawTrailers ?? [];
  }

  /** All of it, where it has been read and is held; null otherwise. */
  get whole(): Buffer | null {
    if (!this.isEnded || !this.#holdsAll || this.bytes > this.#holdBytesMax) return null;
    if (this.#held.length !== 1) this.#held = [Buffer.concat(this.#held)];
    return this.#held[0] ?? null;
  }

  /** Whether the client still waits to be told to send. */
  get isUnasked(): boolean {
    return this.#askToContinue !== null;
  }

  /** Everything, or null when it is longer; then it can still be sent. */
  async readAll(bytesMax: number): Promise<Buffer | null> {
    this.#holdBytesMax = Math.max(this.#holdBytesMax, bytesMax);
    this.#start();
    while (!this.isEnded && !this.#isBroken && this.bytes <= bytesMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRead = resolve;
      this.#flow();
      await promise;
    }
    this.#onRead = null;
    if (!this.isEnded) this.#halt();
    return this.bytes > bytesMax || !this.isEnded ? null : Buffer.concat(this.#held);
  }

  /** Sends what is held, then the rest as it arrives. */
  sendTo(target: BodyTarget): void {
    this.#target = target;
    let hasRoom = true;
    for (const chunk of this.#held) hasRoom = target.onRequestChunk(chunk);
    if (this.isEnded) target.onRequestEnd();
    else {
      this.#start();
      if (hasRoom) this.#flow();
      else this.#halt();
    }
  }

  /** Stops sending; what arrives from now on is only held. */
  detach(): void {
    this.#target = null;
    if (!this.isEnded) this.#halt();
  }

  pause(): void {
    this.#halt();
  }

  resume(): void {
    this.#flow();
  }

  /** Lets the rest of the body run into nothing, so that the connection can be used again. */
  discard(): void {
    this.#target = null;
    this.#held = [];
    this.#holdsAll = false;
    this.#askToContinue = null;
    this.#start();
    this.#watch?.leave(this);
    this.#source.resume();
  }

  /** Whether it is the client that keeps the body from going on. */
  get isAwaited(): boolean {
    return this.#watch?.isAwaiting(this) ?? false;
  }

  #flow(): void {
    if (!this.isEnded && !this.#isBroken) this.#watch?.expect(this);
    this.#source.resume();
  }

  #halt(): void {
    this.#watch?.leave(this);
    this.#source.pause();
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#askToContinue?.();
    this.#askToContinue = null;
    this.#source.on('data', (chunk: Buffer) => this.#onChunk(chunk));
    this.#source.on('end', () => this.#onEnd());
    // The end of the connection ends the exchange by itself; without a listener the error would end the process.
    this.#source.on('error', () => this.#onBroken());
  }

  #onChunk(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#watch !== null) this.movedAt = this.#watch.now;
    if (this.#holdsAll && this.bytes <= this.#holdBytesMax + chunk.length) this.#held.push(chunk);
    const target = this.#target;
    if (target !== null) {
      if (this.bytes > this.#holdBytesMax) this.#letGo();
      if (!target.onRequestChunk(chunk)) this.#halt();
    }
    this.#onRead?.();
  }

  /** Too much to keep: the request can be sent once only. */
  #letGo(): void {
    this.#holdsAll = false;
    this.#held = [];
  }

  #onBroken(): void {
    this.#isBroken = true;
    this.#watch?.leave(this);
    this.#target?.onRequestBroken?.();
    this.#onRead?.();
  }

  #onEnd(): void {
    this.isEnded = true;
    this.#watch?.leave(this);
    this.#target?.onRequestEnd();
    this.#onRead?.();
  }
}
