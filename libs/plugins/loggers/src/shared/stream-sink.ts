import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a stream of bytes goes to. */
export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  readonly usesTls: boolean;
  /** For connecting, and for each piece until the system has taken it. */
  readonly timeoutMs: number;
}

interface Link {
  readonly socket: Socket;
  readonly isReady: Promise<void>;
}

/**
 * Writes pieces to one connection, which is opened with the first and again after it broke. What the system has taken may
 * still be lost with the connection: the other side of such a stream acknowledges nothing.
 */
export class StreamSink {
  readonly #target: StreamTarget;
  #link: Link | null = null;

  constructor(target: StreamTarget) {
    this.#target = target;
  }

  /** Resolves when the system has taken the piece; rejects where it did not in time, and the connection ends. */
  async write(piece: string): Promise<void> {
    const { socket, isReady } = (this.#link ??= this.#connected());
    await isReady;
    await this.#inTime(socket, 'writing', (done) => socket.write(piece, done));
  }

  /** Lets the other side read what was written, and ends. */
  close(): void {
    this.#link?.socket.end();
    this.#link = null;
  }

  #connected(): Link {
    const { host, port, usesTls } = this.#target;
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = usesTls ? connectTls({ host, port, ...servername }) : connect({ host, port, noDelay: true });
    const isReady = this.#inTime(socket, 'connecting', (done) => {
      socket.once(usesTls ? 'secureConnect' : 'connect', () => done());
    });
    const link = { socket, isReady };
    const forget = (): void => {
      if (this.#link === link) this.#link = null;
    };
    // Nothing is ever read; where the other side ends, so do we.
    socket.on('error', forget).on('close', forget);
    socket.on('end', () => socket.destroy()).resume();
    socket.unref();
    return link;
  }

  #inTime(socket: Socket, what: string, begin: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = new Error(`${what} took longer than ${this.#target.timeoutMs} ms`);
      const timer = setTimeout(() => socket.destroy(late), this.#target.timeoutMs).unref();
      const settle = (error?: Error | null): void => {
        clearTimeout(timer);
        socket.off('error', settle).off('close', onClose);
        if (error) reject(error);
        else resolve();
      };
      const onClose = (): void => settle(new Error('the connection was closed'));
      socket.once('error', settle).once('close', onClose);
      begin(settle);
    });
  }
}
