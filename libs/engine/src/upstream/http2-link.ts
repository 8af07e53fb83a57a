import { type ClientHttp2Session, type ClientHttp2Stream, type ClientSessionRequestOptions, connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { Http2Pool } from './http2-pool.ts';
import type { LossReason } from './upstream-connection.ts';
import { describeFailure, isTlsFailure } from './upstream-socket.ts';

/** What one connection carries at once, however much more a server allows: a lost one takes no more than that with it. */
const streamsMax = 128;
/** Silence while answers are awaited, after which the connection is asked whether it still stands. */
const pingAfterMs = 10_000;
const streamWindowBytes = 256 * 1024;
const connectionWindowBytes = 4 * 1024 * 1024;

/** One connection of HTTP/2 to an upstream. */
export class Http2Link {
  readonly serverName: string;
  /** Exchanges so far. */
  requests = 0;
  isConnected = false;
  /** Takes no further exchanges. */
  isClosing = false;
  /** Why the connection as a whole was lost, where that is known. */
  lossReason: LossReason | null = null;
  lossDetail = '';
  /** Milliseconds that it took to open; -1 before it stands. */
  connectMs = -1;
  readonly #beganMs = performance.now();
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #pool: Http2Pool;
  readonly #connectTimer: NodeJS.Timeout;
  #streams = 0;
  #activeAt: number;
  #isPinging = false;

  constructor(socket: Socket, serverName: string, connectMs: number, pool: Http2Pool) {
    this.serverName = serverName;
    this.#socket = socket;
    this.#pool = pool;
    this.#activeAt = pool.now();
    this.#connectTimer = setTimeout(
      () => this.#giveUp('connect-timeout', `no connection after ${connectMs} ms`),
      connectMs,
    );
    socket.on('error', (error) => this.#onSocketError(error));
    // The address is of no importance: each request names its own authority.
    this.#session = connect('http://upstream.invalid', {
      createConnection: () => socket,
      maxSessionMemory: 64,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    });
    this.#session.once('connect', () => this.#onConnect());
    this.#session.on('error', (error) => (this.lossDetail ||= error.message));
    this.#session.on('goaway', () => (this.isClosing = true));
    this.#session.on('close', () => this.#onClose());
  }

  /** Whether one more exchange may begin on it. */
  get hasRoom(): boolean {
    const allowed = this.isConnected ? (this.#session.remoteSettings?.maxConcurrentStreams ?? streamsMax) : streamsMax;
    return !this.isClosing && !this.#session.closed && this.#streams < Math.min(allowed, streamsMax);
  }

  /** Begins an exchange. Throws where the head is none that HTTP/2 can carry. */
  open(head: string[], options: ClientSessionRequestOptions): ClientHttp2Stream {
    const stream = this.#session.request(head, options);
    this.#streams += 1;
    return stream;
  }

  streamClosed(): void {
    this.#streams -= 1;
    this.#activeAt = this.#pool.now();
    if (this.#streams === 0 && this.isClosing) this.close();
  }

  noteActivity(): void {
    this.#activeAt = this.#pool.now();
  }

  /** Closes it where it has been idle for too long; asks whether it still stands where an answer is long in coming. */
  sweep(now: number, idleMs: number): void {
    // A session that has ended waits for the other side to close the connection too, however long that takes.
    if (this.#session.destroyed) return void this.#socket.destroy();
    const silentMs = now - this.#activeAt;
    if (this.#streams === 0 && silentMs >= idleMs) return this.close();
    if (this.#streams === 0 || silentMs < pingAfterMs || !this.isConnected) return;
    if (this.#isPinging && silentMs >= 2 * pingAfterMs) return this.#giveUp('closed', 'no answer to a ping');
    if (this.#isPinging) return;
    this.#isPinging = true;
    this.#session.ping(() => {
      this.#isPinging = false;
      this.noteActivity();
    });
  }

  /** Lets what is under way come to its end. */
  close(): void {
    this.isClosing = true;
    if (!this.#session.closed) this.#session.close();
  }

  destroy(): void {
    this.isClosing = true;
    this.#session.destroy();
    this.#socket.destroy();
  }

  #onConnect(): void {
    this.connectMs = performance.now() - this.#beganMs;
    this.isConnected = true;
    clearTimeout(this.#connectTimer);
    this.#session.setLocalWindowSize(connectionWindowBytes);
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    const isTls = isTlsFailure(error, this.#socket, this.isConnected);
    if (!this.isConnected) this.lossReason ??= isTls ? 'tls-failed' : 'connect-failed';
    this.lossDetail ||= describeFailure(error, isTls, this.serverName);
  }

  #giveUp(reason: LossReason, detail: string): void {
    this.lossReason = reason;
    this.lossDetail = detail;
    this.destroy();
  }

  #onClose(): void {
    this.isClosing = true;
    clearTimeout(this.#connectTimer);
    this.#pool.onClose(this);
  }
}
