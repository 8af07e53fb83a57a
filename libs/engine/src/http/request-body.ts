import type { GatewayRequest } from './messages.ts';

/** Where a request's body goes. */
export interface BodyTarget {
  /** False: enough for now; `resume` when there is room again. */
  onRequestChunk(chunk: Buffer): boolean;
  onRequestEnd(): void;
  /** Nothing more will come: the sender is gone. The exchange ends by itself. */
  onRequestBroken?(): void;
}

/** Where the bytes of a body come from: a client, a plugin's transforms, a plugin. Flows after the first `resume`. */
export type BodySource = Pick<GatewayRequest, 'on' | 'pause' | 'rawTrailers' | 'resume' | 'setTimeout'>;

/** What is kept so that a request can be sent a second time. */
const replayBytesMax = 64 * 1024;
const readTimeoutMs = 60_000;

const noSource: BodySource = { on: () => {}, pause: () => {}, resume: () => {}, setTimeout: () => {} };

/** The body of a request: can be read as a whole by plugins and still be sent, and sent again while all of it is held. */
export class RequestBody {
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
  #askToContinue: (() => void) | null;

  constructor(source: BodySource, contentLength: number, askToContinue: (() => void) | null) {
    this.#source = source;
    this.contentLength = contentLength;
    this.#askToContinue = askToContinue;
  }

  /** A body that is there already, and stays: it can be sent as often as there are tries. */
  static of(content: Buffer): RequestBody {
    const body = new RequestBody(noSource, content.length, null);
    body.bytes = content.length;
    body.#holdBytesMax = Math.max(replayBytesMax, content.length);
    body.isEnded = true;
    body.#isStarted = true;
    if (content.length > 0) body.#held.push(content);
    return body;
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
    this.#source.setTimeout(readTimeoutMs);
    while (!this.isEnded && !this.#isBroken && this.bytes <= bytesMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRead = resolve;
      this.#source.resume();
      await promise;
    }
    this.#source.setTimeout(0);
    this.#onRead = null;
    if (!this.isEnded) this.#source.pause();
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
      if (hasRoom) this.#source.resume();
      else this.#source.pause();
    }
  }

  /** Stops sending; what arrives from now on is only held. */
  detach(): void {
    this.#target = null;
    if (!this.isEnded) this.#source.pause();
  }

  pause(): void {
    this.#source.pause();
  }

  /** Ends the exchange when nothing arrives for so many milliseconds; 0 for never. */
  setTimeout(ms: number): void {
    this.#source.setTimeout(ms);
  }

  resume(): void {
    this.#source.resume();
  }

  /** Lets the rest of the body run into nothing, so that the connection can be used again. */
  discard(): void {
    this.#target = null;
    this.#held = [];
    this.#holdsAll = false;
    this.#askToContinue = null;
    this.#start();
    this.#source.resume();
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
    if (this.#holdsAll && this.bytes <= this.#holdBytesMax + chunk.length) this.#held.push(chunk);
    const target = this.#target;
    if (target !== null) {
      if (this.bytes > this.#holdBytesMax) this.#letGo();
      if (!target.onRequestChunk(chunk)) this.#source.pause();
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
    this.#target?.onRequestBroken?.();
    this.#onRead?.();
  }

  #onEnd(): void {
    this.isEnded = true;
    this.#target?.onRequestEnd();
    this.#onRead?.();
  }
}
