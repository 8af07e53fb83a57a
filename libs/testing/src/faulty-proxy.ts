import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy for tests: passes on, hangs without a word (the links stay open), loses the answers, cuts or resets.
 * `await using` ends it.
 */
export class FaultyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #links = new Set<readonly [Socket, Socket]>();
  readonly #dead = new WeakSet<readonly [Socket, Socket]>();
  /** What is sent arrives, and what comes back does not. */
  readonly #mute = new WeakSet<readonly [Socket, Socket]>();
  #hangs = false;
  #refuses = false;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => this.#accept(near, targetPort));
  }

  static async start(targetPort: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** From now on nothing passes: new links are accepted and never answered, old ones stay dead for ever. */
  hang(): void {
    this.#hangs = true;
    for (const link of this.#links) this.#dead.add(link);
  }

  /** What is open now stays open and takes everything, and never answers again. New links pass. */
  loseAnswers(): void {
    for (const link of this.#links) this.#mute.add(link);
  }

  /** Resets every link, as a machine does that has been restarted. New links pass. */
  reset(): void {
    for (const sockets of this.#links) for (const socket of sockets) socket.resetAndDestroy();
  }

  /** New links pass again. */
  pass(): void {
    this.#hangs = false;
    this.#refuses = false;
  }

  /** Cuts every link, and those that are tried until `pass`. */
  cut(): void {
    this.#refuses = true;
    for (const sockets of this.#links) for (const socket of sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(near: Socket, targetPort: number): void {
    near.on('error', () => undefined);
    if (this.#refuses) return void near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    far.on('error', () => undefined);
    const link = [near, far] as const;
    this.#links.add(link);
    if (this.#hangs) this.#dead.add(link);
    const end = (): void => {
      this.#links.delete(link);
      near.destroy();
      far.destroy();
    };
    near.on('close', end).on('data', (bytes) => this.#dead.has(link) || far.write(bytes));
    far.on('close', end).on('data', (bytes) => this.#dead.has(link) || this.#mute.has(link) || near.write(bytes));
  }
}
