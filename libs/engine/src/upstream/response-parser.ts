import { ChunkedDecoder } from './chunked-decoder.ts';
import { ProtocolError } from './protocol-error.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

/** Receives an answer piece by piece. Chunks may be kept. */
export interface ResponseSink {
  onHead(head: ResponseHead): void;
  onBody(chunk: Buffer): void;
  /** The answer is complete; `trailers` is name, value, name, value. */
  onComplete(trailers: readonly string[]): void;
}

const headBytesMax = 64 * 1024;
/** Interim answers (1xx) before one that counts. */
export const informationalMax = 16;
const headEnd = Buffer.from('\r\n\r\n');
const noTrailers: readonly string[] = [];
const empty = Buffer.alloc(0);
const protocol = Buffer.from('HTTP/1.');
const [cr, lf] = [13, 10];

/** `upgraded`: what follows is no HTTP any more. */
type State = 'idle' | 'head' | 'none' | 'length' | 'chunked' | 'close' | 'upgraded';

/**
 * Reads answers from an upstream, strictly: whatever leaves two ways to see where a message ends throws a ProtocolError.
 * `expect` before each answer; interim answers (1xx) are skipped.
 */
export class ResponseParser {
  #state: State = 'idle';
  #sink: ResponseSink | null = null;
  #isHeadOnly = false;
  #isUpgrade = false;
  #pending: Buffer | null = null;
  #left = 0;
  #informational = 0;
  #isPersistent = true;
  readonly #chunked = new ChunkedDecoder();

  /** True between answers, when the connection may carry the next request. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  get isPersistent(): boolean {
    return this.#isPersistent;
  }

  /** Begins the next answer. An answer to HEAD has no body, whatever its head says; one to an upgrade may be 101. */
  expect(sink: ResponseSink, isHeadOnly: boolean, isUpgrade = false): void {
    this.#sink = sink;
    this.#isHeadOnly = isHeadOnly;
    this.#isUpgrade = isUpgrade;
    this.#state = 'head';
    this.#informational = 0;
  }

  execute(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#state === 'idle') throw new ProtocolError('more than the answer');
      const next = this.#step(rest);
      if (next === null) return;
      rest = next;
    }
  }

  /** The peer closed its side. True where that is the proper end of the answer. */
  finish(): boolean {
    if (this.#state !== 'close') return this.#state === 'idle';
    this.#complete(noTrailers);
    return true;
  }

  /** What came after a 101. */
  takeRest(): Buffer {
    const rest = this.#pending ?? empty;
    this.#pending = null;
    return rest;
  }

  /** What is left of the input, or null when it is used up in the middle of something. */
  #step(input: Buffer): Buffer | null {
    if (this.#state === 'head') return this.#readHead(input);
    if (this.#state === 'length') return this.#readLength(input);
    if (this.#state === 'chunked') return this.#readChunked(input);
    if (this.#state === 'upgraded') this.#pending = Buffer.concat([this.takeRest(), input]);
    else this.#sink?.onBody(input);
    return null;
  }

  #readHead(input: Buffer): Buffer | null {
    const data = this.#pending === null ? input : Buffer.concat([this.#pending, input]);
    const searchFrom = this.#pending === null ? 0 : Math.max(0, this.#pending.length - 3);
    const end = data.indexOf(headEnd, searchFrom);
    if ((end < 0 ? data.length : end) > headBytesMax) throw new ProtocolError('header section too large');
    this.#pending = end < 0 ? data : null;
    if (end < 0) {
      checkBeginning(data, searchFrom);
      return null;
    }
    this.#begin(parseResponseHead(data.toString('latin1', 0, end + 2)));
    return data.subarray(end + 4);
  }

  #begin(head: ResponseHead): void {
    const { status } = head;
    if (status < 200) {
      this.#informational += 1;
      if (status === 101 && this.#isUpgrade) return this.#upgrade(head);
      // A switch of protocols that nobody asked for would make the rest of the connection unreadable.
      if (status === 101 || this.#informational > informationalMax)
        throw new ProtocolError('unexpected interim answer');
      return;
    }
    this.#isPersistent = head.isPersistent;
    this.#state = this.#bodyState(head);
    if (this.#state === 'close') this.#isPersistent = false;
    this.#left = head.contentLength;
    this.#chunked.reset();
    this.#sink?.onHead(head);
    if (this.#state === 'none' || (this.#state === 'length' && this.#left === 0)) this.#complete(noTrailers);
  }

  #upgrade(head: ResponseHead): void {
    this.#state = 'upgraded';
    this.#isPersistent = false;
    this.#sink?.onHead(head);
  }

  /** RFC 9112, 6.3: what decides where the body ends, in this order. */
  #bodyState({ status, isChunked, contentLength }: ResponseHead): State {
    if (this.#isHeadOnly || status === 204 || status === 304) return 'none';
    if (isChunked) return 'chunked';
    return contentLength >= 0 ? 'length' : 'close';
  }

  #readLength(input: Buffer): Buffer {
    const body = input.length <= this.#left ? input : input.subarray(0, this.#left);
    this.#left -= body.length;
    this.#sink?.onBody(body);
    if (this.#left === 0) this.#complete(noTrailers);
    return input.subarray(body.length);
  }

  #readChunked(input: Buffer): Buffer | null {
    const sink = this.#sink;
    const rest = sink === null ? null : this.#chunked.decode(input, sink);
    if (rest !== null) this.#complete(this.#chunked.trailers);
    return rest;
  }

  #complete(trailers: readonly string[]): void {
    const sink = this.#sink;
    this.#state = 'idle';
    this.#sink = null;
    sink?.onComplete(trailers);
  }
}

/** What can never become a head is refused at once: its end would be waited for until time is up. */
function checkBeginning(data: Buffer, from: number): void {
  const length = Math.min(data.length, protocol.length);
  if (protocol.compare(data, 0, length, 0, length) !== 0) throw new ProtocolError('malformed status line');
  for (let at = data.indexOf(lf, from); at >= 0; at = data.indexOf(lf, at + 1))
    if (data[at - 1] !== cr) throw new ProtocolError('a line of the head ends in a bare LF');
}
