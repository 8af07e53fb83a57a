import { type ClientHttp2Stream, constants } from 'node:http2';
import type { Http2Link } from './http2-link.ts';
import { isIdentityName } from '../http/header-scan.ts';
import { isDropped } from './request-head.ts';
import { isForbiddenTrailer } from './response-head.ts';
import { http2ResponseHead, http2Trailers } from './http2-response.ts';
import { informationalMax } from './response-parser.ts';
import type { ConnectionUser, LossReason, OutgoingRequest, UpstreamConnection } from './upstream-connection.ts';
import type { Timeouts } from './upstream-target.ts';

const noTrailers: readonly string[] = [];

/** One exchange over a connection of HTTP/2, which carries many of them at once. */
export class Http2Stream implements UpstreamConnection {
  readonly requests: number;
  bytesRead = 0;
  readonly #link: Http2Link;
  #stream: ClientHttp2Stream | null = null;
  #user: ConnectionUser | null = null;
  #requestTrailers: readonly string[] = noTrailers;
  #trailers: readonly string[] = noTrailers;
  #timeoutMs = 0;
  #willFlush = false;
  #interim = 0;
  #error: NodeJS.ErrnoException | null = null;

  constructor(link: Http2Link) {
    this.#link = link;
    this.requests = link.requests;
  }

  get connectMs(): number {
    return this.requests > 1 ? 0 : this.#link.connectMs;
  }

  begin(user: ConnectionUser, request: OutgoingRequest): void {
    this.#user = user;
    const endStream = request.bodyLength === 0;
    const head = request.http2Head();
    try {
      this.#listen(this.#link.open(head, { endStream, waitForTrailers: request.bodyLength < 0 }));
    } catch (error) {
      // A field that HTTP/2 knows only once came twice, or the connection has just closed.
      const isGone = this.#link.isClosing;
      const detail = error instanceof Error ? error.message : 'the request cannot be sent';
      process.nextTick(() => this.#fail(isGone ? 'refused' : 'unsendable', detail));
    }
  }

  write(chunk: Buffer): boolean {
    return this.#stream?.write(chunk) ?? false;
  }

  end(trailers: readonly string[]): void {
    this.#requestTrailers = trailers;
    this.#stream?.end();
  }

  allowSilence(timeouts: Timeouts, isSending: boolean): void {
    this.#timeoutMs = isSending ? timeouts.sendMs : timeouts.readMs;
    if (this.#link.isConnected) this.#stream?.setTimeout(this.#timeoutMs);
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  release(isRequestSent: boolean): void {
    this.#user = null;
    // RFC 9113, section 8.1: an answer may be complete before the request is, which then is not wanted any more.
    if (!isRequestSent) this.#stream?.close(constants.NGHTTP2_NO_ERROR);
  }

  destroy(): void {
    this.#user = null;
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }

  takeSocket(): null {
    return null;
  }

  #listen(stream: ClientHttp2Stream): void {
    this.#stream = stream;
    stream.on('ready', () => stream.setTimeout(this.#timeoutMs));
    stream.on('headers', () => this.#onInterim());
    stream.on('response', (_fields, flags, raw) => this.#onHead(raw, flags));
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('trailers', (_fields, _flags, raw) => (this.#trailers = http2Trailers(raw)));
    stream.on('end', () => this.#onEnd());
    stream.on('drain', () => this.#user?.onRoom());
    stream.on('timeout', () => this.#onSilence(stream));
    stream.on('wantTrailers', () => stream.sendTrailers(passedTrailers(this.#requestTrailers)));
    stream.on('error', (error) => (this.#error = error));
    stream.on('close', () => this.#onClose(stream.rstCode));
  }

  #onSilence(stream: ClientHttp2Stream): void {
    if (this.#user?.isAwaitingClient === true) stream.setTimeout(this.#timeoutMs);
    else this.#fail('silent', `nothing moved for ${this.#timeoutMs} ms`);
  }

  /** Interim answers are passed over, but not without end: each would put off the time when silence is too long. */
  #onInterim(): void {
    this.#interim += 1;
    if (this.#interim > informationalMax) this.#fail('protocol', 'unexpected interim answer');
  }

  #onHead(raw: readonly string[], flags: number): void {
    const user = this.#user;
    if (user === null) return;
    this.#link.noteActivity();
    this.bytesRead += raw.reduce((sum, { length }) => sum + length, 0);
    user.onHead(http2ResponseHead(raw));
    // An answer that ends with its head is complete in a moment, and then goes out at once.
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) === 0) this.#flushSoon();
  }

  #onData(chunk: Buffer): void {
    this.#link.noteActivity();
    this.bytesRead += chunk.length;
    this.#user?.onBody(chunk);
    this.#flushSoon();
  }

  /** Frames that were read together are handed over one by one; nobody says which is the last. */
  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    setImmediate(() => {
      this.#willFlush = false;
      this.#user?.onFlush();
    });
  }

  #onEnd(): void {
    const user = this.#user;
    // A stream that was reset ends too.
    if (user === null || (this.#stream?.rstCode ?? 0) !== constants.NGHTTP2_NO_ERROR || this.bytesRead === 0) return;
    user.onComplete(this.#trailers);
  }

  #onClose(code: number): void {
    this.#link.streamClosed();
    if (this.#user === null) return;
    const { lossReason, lossDetail } = this.#link;
    if (lossReason !== null) return this.#fail(lossReason, lossDetail);
    if (code === constants.NGHTTP2_REFUSED_STREAM) return this.#fail('refused', 'the upstream refused the stream');
    const isProtocol = code === constants.NGHTTP2_PROTOCOL_ERROR || this.#error?.code === 'ERR_HTTP2_ERROR';
    this.#fail(isProtocol ? 'protocol' : 'closed', this.#error?.message ?? `the stream was closed with code ${code}`);
  }

  #fail(reason: LossReason, detail: string): void {
    const user = this.#user;
    this.destroy();
    user?.onLost(reason, detail);
  }
}

/** The trailers of a request, without those that only a head may have. */
function passedTrailers(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] ?? '').toLowerCase();
    if (!isDropped(name) && !isForbiddenTrailer(name) && !isIdentityName(name)) fields[name] = flat[i + 1] ?? '';
  }
  return fields;
}
