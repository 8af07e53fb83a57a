import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Kit } from '@sluice/plugin-kit';

/** Where datagrams go to. */
export interface DatagramTarget {
  readonly plugin: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Sends datagrams. What is sent may be lost on its way, which nobody learns. */
export class DatagramSink {
  readonly #target: DatagramTarget;
  readonly #log: Kit['log'];
  #socket: Socket | null = null;

  constructor(target: DatagramTarget, { log }: Pick<Kit, 'log'>) {
    this.#target = target;
    this.#log = log;
  }

  /** Resolves when the system has taken the datagram. Looking up a name is what takes time. */
  send(text: string): Promise<void> {
    const { host, port, timeoutMs } = this.#target;
    const socket = (this.#socket ??= this.#opened());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('sending took too long')), timeoutMs).unref();
      socket.send(text, port, host, (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #opened(): Socket {
    const { plugin, host } = this.#target;
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    // Without a listener, an error that comes later (nobody at the port) would end the worker.
    socket.on('error', (error) => this.#log.warn('a socket of a logger failed', { plugin, error: error.message }));
    return socket.unref();
  }
}
