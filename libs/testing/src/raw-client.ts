import { connect, type Socket } from 'node:net';

/** A TCP connection that sends bytes as they are; for what no HTTP library would send. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** Everything received so far, as latin1. */
  readonly received: string;
  /** `end`: the peer closed; `reset`: it broke the connection off. */
  readonly state: 'open' | 'end' | 'reset';
  send(bytes: string | Buffer): void;
  /** Resolves with everything received, once it contains `text`. */
  until(text: string | RegExp): Promise<string>;
  /** Resolves with everything received, once the peer has ended the connection either way. */
  closed(): Promise<string>;
}

const deadlineMs = 10_000;

/** Connects to a port of 127.0.0.1. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return new SocketClient(socket);
}

class SocketClient implements RawClient {
  readonly socket: Socket;
  received = '';
  state: RawClient['state'] = 'open';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('end', () => (this.state = 'end'));
    socket.on('error', () => (this.state = 'reset'));
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  until(text: string | RegExp): Promise<string> {
    const isThere = () => (typeof text === 'string' ? this.received.includes(text) : text.test(this.received));
    return this.#when(isThere, `${String(text)} to be received`);
  }

  closed(): Promise<string> {
    return this.#when(() => this.socket.destroyed, 'the connection to end');
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #when(isTrue: () => boolean, what: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isTrue() && !this.socket.destroyed) return;
        stop();
        if (isTrue()) resolve(this.received);
        else reject(new Error(`The connection ended while waiting for ${what}. Received: ${this.received}`));
      };
      const deadline = AbortSignal.timeout(deadlineMs);
      const give = (): void => {
        stop();
        reject(new Error(`Waited ${deadlineMs} ms for ${what}. Received: ${this.received}`));
      };
      const stop = (): void => {
        deadline.removeEventListener('abort', give);
        this.socket.off('data', look).off('close', look);
      };
      deadline.addEventListener('abort', give);
      this.socket.on('data', look).on('close', look);
      look();
    });
  }
}
