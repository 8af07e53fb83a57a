import type { GatewayRequest } from './messages.ts';

/** Where a request's body goes. */
export interface BodyTarget {
  /** False: enough for now; `resume` when there is room again. */
  onRequestChunk(chunk: Buffer): boolean;
  onRequestEnd(): void;
}

/** What is kept so that a request can be sent a second time. */
const replayBytesMax = 64 * 1024;
const readTimeoutMs = 60_000;

/** The body of a request: can be read as a whole by plugins and still be sent, and sent again while all of it is held. */
export class RequestBody {
  /** As the client framed it; -1 for chunked. */
  readonly contentLength: number;
  bytes = 0;
  isEnded = false;
  readonly #req: GatewayRequest;
  #held: Buffer[] = [];
  #holdsAll = true;
  #holdBytesMax = replayBytesMax;
  #target: BodyTarget | null = null;
  #onRead: (() => void) | null = null;
  #isStarted = false;
  #isBroken = false;
  #askToContinue: (() => void) | null;

  constructor(req: GatewayRequest, contentLength: number, askToContinue: (() => void) | null) {
    this.#req = req;
    this.contentLength = contentLength;
    this.#askToContinue = askToContinue;
  }

  /** Whether the body can be sent from its beginning. */
  get isReplayable(): boolean {
    return this.#holdsAll;
  }

  /** Whether the client still waits to be told to send. */
  get isUnasked(): boolean {
    return this.#askToContinue !== null;
  }

  /** Everything, or null when it is longer; then it can still be sent. */
  async readAll(bytesMax: number): Promise<Buffer | null> {
    this.#holdBytesMax = Math.max(this.#holdBytesMax, bytesMax);
    this.#start();
    this.#req.setTimeout(readTimeoutMs);
    while (!this.isEnded && !this.#isBroken && this.bytes <= bytesMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRead = resolve;
      this.#req.resume();
      await promise;
    }
    this.#req.setTimeout(0);
    this.#onRead = null;
    if (!this.isEnded) this.#req.pause();
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
      if (hasRoom) this.#req.resume();
      else this.#req.pause();
    }
  }

  /** Stops sending; what arrives from now on is only held. */
  detach(): void {
    this.#target = null;
    if (!this.isEnded) this.#req.pause();
  }

  resume(): void {
    this.#req.resume();
  }

  /** Lets the rest of the body run into nothing, so that the connection can be used again. */
  discard(): void {
    this.#target = null;
    this.#held = [];
    this.#holdsAll = false;
    this.#askToContinue = null;
    this.#start();
    this.#req.resume();
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#askToContinue?.();
    this.#askToContinue = null;
    this.#req.on('data', (chunk: Buffer) => this.#onChunk(chunk));
    this.#req.on('end', () => this.#onEnd());
    // The end of the connection ends the exchange by itself; without a listener the error would end the process.
    this.#req.on('error', () => this.#onBroken());
  }

  #onChunk(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#holdsAll && this.bytes <= this.#holdBytesMax + chunk.length) this.#held.push(chunk);
    const target = this.#target;
    if (target !== null) {
      if (this.bytes > this.#holdBytesMax) this.#letGo();
      if (!target.onRequestChunk(chunk)) this.#req.pause();
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
    this.#onRead?.();
  }

  #onEnd(): void {
    this.isEnded = true;
    this.#target?.onRequestEnd();
    this.#onRead?.();
  }
}
