import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { SeededRandom } from '@sluice/testing';

const largeBytes = 400_000;

/**
 * An upstream that answers each request with its id, over and over, in one of the ways in which upstreams answer, or dies
 * trying.
 */
export class UnreliableUpstream implements AsyncDisposable {
  readonly #random: SeededRandom;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;

  private constructor(random: SeededRandom) {
    this.#random = random;
    this.#server = this.#newServer();
  }

  static async start(random: SeededRandom): Promise<UnreliableUpstream> {
    const upstream = new UnreliableUpstream(random);
    await upstream.#listen();
    return upstream;
  }

  get node(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Ends with all its connections, and comes back on the same port. */
  async dieAndReturn(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#server = this.#newServer();
    await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #newServer(): Server {
    const server = createServer({ keepAliveTimeout: 1_000 }, (req, res) => this.#answer(req, res));
    return server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    const mood = this.#random.below(100);
    const id = String(req.headers['x-id']);
    const body = repeated(id, this.#random.oneIn(10) ? largeBytes : 1 + this.#random.below(4_000));
    res.setHeader('X-Id', id);
    // The client, or the gateway, gave up.
    req.on('error', () => undefined);
    res.on('error', () => undefined);
    if (mood === 0) req.socket.destroy();
    else if (mood === 1) req.socket.resetAndDestroy();
    else if (mood === 2) res.write(body.slice(0, body.length >> 1), () => req.socket.destroy());
    else if (mood < 10) res.end(body);
    else if (mood < 20) this.#chunked(req, res, body);
    else req.resume().on('end', () => this.#whole(res, body));
  }

  #whole(res: ServerResponse, body: string): void {
    res.setHeader('Content-Length', body.length);
    res.end(body);
  }

  #chunked(req: IncomingMessage, res: ServerResponse, body: string): void {
    const third = Math.ceil(body.length / 3);
    res.write(body.slice(0, third));
    req.resume().on('end', () => {
      res.write(body.slice(third, 2 * third));
      setImmediate(() => res.end(body.slice(2 * third)));
    });
  }
}

/** The id, again and again: whatever of it arrives, it shows whose answer it is. */
export function repeated(id: string, bytes: number): string {
  return `${id} `.repeat(Math.ceil(bytes / (id.length + 1)));
}
