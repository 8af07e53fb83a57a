import { connect, type Socket } from 'node:net';
import { ProtocolError } from './protocol-error.ts';
import { ResponseParser, type ResponseSink } from './response-parser.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Timeouts } from './upstream-target.ts';

/** Why a connection failed an exchange. */
export type LossReason = 'connect-failed' | 'connect-timeout' | 'closed' | 'silent' | 'protocol';

/** An exchange that uses a connection. */
export interface ConnectionUser extends ResponseSink {
  /** The bytes read so far have all been handed over. */
  onFlush(): void;
  /** The connection takes more of the request. */
  onRoom(): void;
  /** The connection is gone; no further call follows. */
  onLost(reason: LossReason, detail: string): void;
}

/** One connection to an upstream: carries one exchange at a time. */
export class UpstreamConnection {
  readonly #socket: Socket;
  readonly #pool: ConnectionPool;
  readonly #parser = new ResponseParser();
  #user: ConnectionUser | null = null;
  #connectTimer: NodeJS.Timeout | null;
  #timeoutMs = 0;
  #errorCode = '';
  /** Exchanges so far, the current one included. */
  requests = 0;
  idleSince = 0;
  /** Bytes of the current answer, heads and framing included. */
  bytesRead = 0;

  constructor(address: string, port: number, connectMs: number, pool: ConnectionPool) {
    this.#pool = pool;
    const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
    this.#socket = socket;
    this.#connectTimer = setTimeout(
      () => this.#fail('connect-timeout', `no connection after ${connectMs} ms`),
      connectMs,
    );
    socket.on('connect', () => this.#onConnect());
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#user?.onRoom());
    socket.on('end', () => this.#onEnd());
    socket.on('timeout', () => this.#fail('silent', `nothing moved for ${this.#timeoutMs} ms`));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.#errorCode = error.code ?? error.message));
    socket.on('close', () => this.#onClose());
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && this.#socket.readable && this.#socket.writable && this.#parser.isIdle;
  }

  get isConnected(): boolean {
    return this.#connectTimer === null;
  }

  /** Begins an exchange. Everything written is held back until `uncork`, so that head and body leave together. */
  begin(user: ConnectionUser, isHeadOnly: boolean): void {
    this.#user = user;
    this.requests += 1;
    this.bytesRead = 0;
    this.#parser.expect(user, isHeadOnly);
  }

  write(data: string | Buffer): boolean {
    return typeof data === 'string' ? this.#socket.write(data, 'latin1') : this.#socket.write(data);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /** How long the connection may be silent from now on. Not counted before it stands. */
  allowSilence(timeouts: Timeouts, isSending: boolean): void {
    const ms = isSending ? timeouts.sendMs : timeouts.readMs;
    if (ms === this.#timeoutMs) return;
    this.#timeoutMs = ms;
    if (this.isConnected) this.#socket.setTimeout(ms);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The exchange is over. The connection is kept only where both sides are at the end of their message. */
  release(isRequestSent: boolean): void {
    this.#user = null;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (isRequestSent && this.#parser.isIdle && this.#parser.isPersistent) this.#pool.release(this);
    else this.destroy();
  }

  /** Ends the connection at once; the exchange hears nothing more. */
  destroy(): void {
    this.#user = null;
    this.#socket.destroy();
  }

  #onConnect(): void {
    this.#clearConnectTimer();
    if (this.#timeoutMs > 0) this.#socket.setTimeout(this.#timeoutMs);
  }

  #onData(chunk: Buffer): void {
    this.bytesRead += chunk.length;
    const user = this.#user;
    // Nobody asked for anything: what comes now could be taken for the next answer.
    if (user === null) return this.destroy();
    try {
      this.#parser.execute(chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (this.#user === user) this.#fail('protocol', error.message);
      else this.#socket.destroy();
      return;
    }
    if (this.#user === user) user.onFlush();
  }

  #onEnd(): void {
    this.#parser.finish();
    if (this.#user !== null) this.#fail('closed', 'closed before the end of the answer');
    else this.#socket.destroy();
  }

  #onClose(): void {
    const isRefused = !this.isConnected;
    this.#clearConnectTimer();
    this.#pool.onClose(this);
    this.#fail(isRefused ? 'connect-failed' : 'closed', this.#errorCode || 'closed');
  }

  #fail(reason: LossReason, detail: string): void {
    const user = this.#user;
    this.destroy();
    user?.onLost(reason, detail);
  }

  #clearConnectTimer(): void {
    if (this.#connectTimer) clearTimeout(this.#connectTimer);
    this.#connectTimer = null;
  }
}
