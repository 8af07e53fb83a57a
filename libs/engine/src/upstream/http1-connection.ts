import type { Socket } from 'node:net';
import type { ConnectionPool } from './connection-pool.ts';
import { ProtocolError } from './protocol-error.ts';
import { ResponseParser } from './response-parser.ts';
import type {
  ConnectionUser,
  LossReason,
  OutgoingRequest,
  TakenSocket,
  UpstreamConnection,
} from './upstream-connection.ts';
import { describeFailure, isTlsFailure, readyEvent } from './upstream-socket.ts';
import type { Timeouts } from './upstream-target.ts';

/** One HTTP/1.1 connection to an upstream. */
export class Http1Connection implements UpstreamConnection {
  readonly serverName: string;
  readonly #socket: Socket;
  readonly #pool: ConnectionPool;
  readonly #parser = new ResponseParser();
  #user: ConnectionUser | null = null;
  #connectTimer: NodeJS.Timeout | null;
  #timeoutMs = 0;
  #isChunked = false;
  /** No request may follow the one that is under way. */
  #isLast = false;
  #errorDetail = '';
  #isTlsError = false;
  readonly #beganMs = performance.now();
  requests = 0;
  connectMs = -1;
  idleSince = 0;
  bytesRead = 0;

  constructor(socket: Socket, serverName: string, connectMs: number, pool: ConnectionPool) {
    this.serverName = serverName;
    this.#pool = pool;
    this.#socket = socket;
    this.#connectTimer = setTimeout(
      () => this.#fail('connect-timeout', `no connection after ${connectMs} ms`),
      connectMs,
    );
    socket.on(readyEvent(pool.endpoint.transport), () => this.#onConnect());
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#user?.onRoom());
    socket.on('end', () => this.#onEnd());
    socket.on('timeout', () => this.#onSilence());
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', this.#onClose);
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && this.#socket.readable && this.#socket.writable && this.#parser.isIdle;
  }

  get isConnected(): boolean {
    return this.#connectTimer === null;
  }

  begin(user: ConnectionUser, request: OutgoingRequest): void {
    this.#user = user;
    this.requests += 1;
    if (this.requests > 1) this.connectMs = 0;
    this.bytesRead = 0;
    this.#isChunked = request.bodyLength < 0;
    this.#isLast = request.isLast;
    this.#parser.expect(user, request.isHeadOnly, request.isUpgrade);
    if (request.bodyLength === 0) {
      this.#socket.write(request.http1Head(), 'latin1');
      return;
    }
    this.#socket.cork();
    this.#socket.write(request.http1Head(), 'latin1');
    // A small body that came with its head is handed over in the next tick, and leaves in the same packet.
    process.nextTick(uncork, this.#socket);
  }

  write(chunk: Buffer): boolean {
    if (!this.#isChunked) return this.#socket.write(chunk);
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(chunk);
    return this.#socket.write('\r\n', 'latin1');
  }

  end(): void {
    if (this.#isChunked) this.#socket.write('0\r\n\r\n', 'latin1');
  }

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

  release(isRequestSent: boolean): void {
    this.#user = null;
    if (this.#socket.isPaused()) this.#socket.resume();
    const isReusable = !this.#isLast && this.#parser.isIdle && this.#parser.isPersistent;
    if (isRequestSent && isReusable) this.#pool.release(this);
    else this.destroy();
  }

  destroy(): void {
    this.#user = null;
    this.#socket.destroy();
  }

  takeSocket(): TakenSocket {
    const socket = this.#socket;
    this.#user = null;
    this.#pool.onClose(this);
    socket.pause();
    for (const event of ['data', 'drain', 'end', 'timeout', 'error', 'close']) socket.removeAllListeners(event);
    // Whoever takes it listens for its end; an error says no more, and unheard it would end the process.
    socket.on('error', () => undefined);
    return { socket, rest: this.#parser.takeRest() };
  }

  #onConnect(): void {
    this.#clearConnectTimer();
    this.connectMs = performance.now() - this.#beganMs;
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

  #onSilence(): void {
    if (this.#user?.isAwaitingClient === true) this.#socket.setTimeout(this.#timeoutMs);
    else this.#fail('silent', `nothing moved for ${this.#timeoutMs} ms`);
  }

  #onEnd(): void {
    this.#parser.finish();
    if (this.#user !== null) this.#fail('closed', 'closed before the end of the answer');
    else this.#socket.destroy();
  }

  #onError(error: NodeJS.ErrnoException): void {
    this.#isTlsError = isTlsFailure(error, this.#socket, this.isConnected);
    this.#errorDetail = describeFailure(error, this.#isTlsError, this.serverName);
  }

  readonly #onClose = (): void => {
    const isRefused = !this.isConnected;
    this.#clearConnectTimer();
    this.#pool.onClose(this);
    const reason = this.#isTlsError ? 'tls-failed' : 'connect-failed';
    this.#fail(isRefused ? reason : 'closed', this.#errorDetail || 'closed');
  };

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

function uncork(socket: Socket): void {
  socket.uncork();
}
