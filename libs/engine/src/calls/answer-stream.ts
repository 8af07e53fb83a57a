import type { GatewayError } from '@sluice/errors';
import { type Answer, SendError } from '@sluice/plugin-kit';
import { HeaderList } from '../http/header-list.ts';
import type { AnswerSink, Pausable } from '../upstream/answer-sink.ts';
import type { ResponseHead } from '../upstream/response-head.ts';

/** With so much unread, the upstream has to wait. */
const heldBytesMax = 64 * 1024;

/** What an answer needs to know of the call that it came by. */
export interface AnsweringCall {
  readonly node: { readonly name: string } | null;
  readonly headerMs: number;
  abort(): void;
}

/** An answer for a plugin: the upstream sends as fast as the plugin reads. */
export class AnswerStream implements AnswerSink {
  readonly #answered = Promise.withResolvers<Answer>();
  readonly #chunks: Buffer[] = [];
  #call: AnsweringCall | null = null;
  #connection: Pausable | null = null;
  #isBegun = false;
  #heldBytes = 0;
  #isComplete = false;
  #isRead = false;
  #error: SendError | null = null;
  #wake: (() => void) | null = null;
  #answer: StreamedAnswer | null = null;
  isClientFull = false;

  constructor() {
    // Whoever sent the request may have stopped waiting; a call that fails later must not end the process.
    this.#answered.promise.catch(() => {});
  }

  /** Ties the answer to its call. */
  from(call: AnsweringCall): void {
    this.#call = call;
  }

  /** Resolves with the answer's head. */
  get answered(): Promise<Answer> {
    return this.#answered.promise;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  beforeSend(): undefined {
    return undefined;
  }

  /** Nothing to do: only what `beforeSend` answers would come here. */
  reply(): void {}

  begin(head: ResponseHead, _statuses: readonly number[], connection: Pausable): void {
    this.#isBegun = true;
    this.#connection = connection;
    this.#answer = new StreamedAnswer(head, this, this.#call);
    this.#answered.resolve(this.#answer);
  }

  body(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < heldBytesMax || this.isClientFull) return;
    this.isClientFull = true;
    this.#connection?.pause();
  }

  flush(): void {
    this.#wake?.();
  }

  complete(trailers: readonly string[]): void {
    this.#isComplete = true;
    this.#connection = null;
    if (this.#answer !== null) this.#answer.trailers = new HeaderList(trailers);
    this.#wake?.();
  }

  /** The reader of this answer is the plugin, not the client. */
  onClientRoom(): void {}

  giveUp(error: GatewayError): void {
    this.fail(error.code, error.status, error.message);
  }

  breakOff(detail: string): void {
    this.fail('UPSTREAM_LOST', 502, `The upstream broke off: ${detail}.`);
  }

  /** Nothing more will come. */
  fail(code: string, status: number, message: string): void {
    this.#error ??= new SendError(code, status, message);
    this.#connection = null;
    this.#answered.reject(this.#error);
    this.#wake?.();
  }

  discard(): void {
    if (this.#isComplete) return;
    this.#call?.abort();
    this.fail('REQUEST_ENDED', 499, 'The request was ended.');
  }

  async *read(): AsyncGenerator<Uint8Array, undefined> {
    if (this.#isRead) throw new TypeError('The body of an answer can be read once.');
    this.#isRead = true;
    try {
      for (;;) {
        const chunk = this.#take();
        if (chunk !== undefined) yield chunk;
        else if (this.#isComplete) return undefined;
        else if (this.#error !== null) throw this.#error;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.discard();
    }
  }

  #take(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#heldBytes -= chunk.length;
    if (this.isClientFull && this.#heldBytes < heldBytesMax / 2) {
      this.isClientFull = false;
      this.#connection?.resume();
    }
    return chunk;
  }
}

class StreamedAnswer implements Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly date: string | undefined;
  readonly node: string;
  readonly headMs: number;
  trailers = new HeaderList([]);
  readonly #stream: AnswerStream;

  constructor({ status, fields, date }: ResponseHead, stream: AnswerStream, call: AnsweringCall | null) {
    this.status = status;
    this.headers = new HeaderList(fields);
    this.date = date;
    this.node = call?.node?.name ?? '';
    this.headMs = call?.headerMs ?? -1;
    this.#stream = stream;
  }

  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#stream.read() };
  }

  read(bytesMax: number): Promise<Uint8Array | null> {
    return readAll(this.body, bytesMax);
  }

  discard(): void {
    this.#stream.discard();
  }
}

/** The whole of a body, or null beyond `bytesMax`; then its sender is told to stop. */
export async function readAll(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
