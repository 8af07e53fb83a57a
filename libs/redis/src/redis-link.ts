import { randomInt } from 'node:crypto';
import type { Log } from '@sluice/plugin-kit';
import { clientLibrary, type Connection, connect, type ConnectionOptions } from './connection.ts';
import { RedisError } from './redis-error.ts';
import type { RedisArgument, RedisReply } from './redis.ts';
import { addressText, type RedisAddress } from './settings.ts';
import { within } from './within.ts';

/** Commands that may wait for an answer at once. More mean that Redis does not keep up: then waiting helps nobody. */
const inFlightMax = 20_000;
const retryMsMin = 50;
const retryMsMax = 1_000;
/** How often the log is told of the same refusal. */
const refusalLogMs = 60_000;

/** Codes of a server that is not the one to ask, or not yet: another connection may lead to a better one. */
const wrongServer: ReadonlySet<string> = new Set(['READONLY', 'MASTERDOWN', 'LOADING']);

/** Part of the trade, and no trouble. */
const usualRefusals: ReadonlySet<string> = new Set(['NOSCRIPT', 'MOVED', 'ASK']);

/** Finds the server to connect to. */
export type FindServer = () => Promise<RedisAddress>;

/**
 * One server, connected with the first command. When it does not answer in time or the connection is lost, everything that waits
 * is rejected at once, and so is every further command until a new connection stands: it is tried for again and again.
 */
export class RedisLink {
  readonly #find: FindServer;
  readonly #options: ConnectionOptions;
  readonly #log: Log;
  #connection: Connection | undefined;
  #opening: Promise<void> | undefined;
  /** Why it is down; undefined where nobody has tried yet, or it has answered since. */
  #failure: RedisError | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #refusals = new Map<string, number>();
  #where = 'an unknown address';
  /** When each command that waits was sent, the oldest first: answers come in order. */
  #sentAt: number[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(find: FindServer, options: ConnectionOptions, log: Log) {
    this.#find = find;
    this.#options = options;
    this.#log = log;
  }

  /** Sends a command, after others that must stand right before it. Rejects with a `RedisError`. */
  async send(command: readonly RedisArgument[], before?: readonly RedisArgument[]): Promise<RedisReply> {
    if (!this.#connection) await this.#whenConnected();
    const connection = this.#connection;
    if (!connection) throw this.#unavailable();
    if (this.#sentAt.length >= inFlightMax) throw new RedisError(`Redis at ${this.#where} does not keep up.`);
    if (before) this.#ask(connection, before).catch(() => undefined);
    try {
      const reply = await this.#ask(connection, command);
      if (this.#failure) this.#recover();
      return reply;
    } catch (error) {
      if (!(error instanceof RedisError) || error.code === undefined) throw this.#unavailable();
      if (wrongServer.has(error.code)) this.#lose(connection, error);
      else if (!usualRefusals.has(error.code)) this.#tellRefusal(error.code);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#drop();
  }

  async #ask(connection: Connection, command: readonly RedisArgument[]): Promise<RedisReply> {
    const sent = this.#sentAt;
    sent.push(performance.now());
    this.#watch ??= this.#watchFor(this.#options.timeoutMs);
    try {
      return await connection.send(command);
    } finally {
      sent.shift();
    }
  }

  /** Only who comes first waits for a connection, and not for long: whoever comes while Redis is away is told so. */
  async #whenConnected(): Promise<void> {
    await clientLibrary();
    if (this.#isClosed || this.#failure) throw this.#unavailable();
    const isInTime = await within(this.#options.timeoutMs * 2, (this.#opening ??= this.#open()));
    // To connect and to answer takes no longer; to ask sentinels may. It is tried on, without anybody waiting.
    if (!isInTime && !this.#connection && !this.#failure) this.#note(this.#unavailable());
  }

  async #open(): Promise<void> {
    try {
      const address = await this.#find();
      this.#where = addressText(address);
      const connection: Connection = await connect(address, this.#options, () => this.#lose(connection));
      if (this.#isClosed) return connection.destroy();
      this.#connection = connection;
    } catch (error) {
      this.#fail(error instanceof RedisError ? error : this.#unavailable());
    } finally {
      this.#opening = undefined;
    }
  }

  #lose(connection: Connection, why?: RedisError): void {
    if (connection !== this.#connection) return;
    const isIdle = this.#sentAt.length === 0;
    this.#drop();
    // Servers end what nobody uses: whoever comes next finds out whether it is away.
    if (isIdle && !why && !this.#failure) return;
    this.#fail(why ?? new RedisError(`The connection to Redis at ${this.#where} is lost.`));
  }

  #drop(): void {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    this.#sentAt = [];
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
  }

  #fail(why: RedisError): void {
    if (this.#isClosed) return;
    this.#note(why);
    const waitMs = Math.min(retryMsMin * 2 ** this.#failures, retryMsMax) * (randomInt(75, 125) / 100);
    this.#failures += 1;
    this.#retry = setTimeout(() => (this.#opening ??= this.#open()), waitMs).unref();
  }

  /** Once for each time that it is away, and not for each try. */
  #note(why: RedisError): void {
    if (!this.#failure) this.#log.error('Redis is away', { redis: this.#where, error: why.message });
    this.#failure = why;
  }

  /** It has answered, and not only taken a connection. */
  #recover(): void {
    this.#log.info('Redis is back', { redis: this.#where });
    this.#failure = undefined;
    this.#failures = 0;
  }

  /** Whoever asked may let its request pass all the same: nobody else would say that something is wrong. */
  #tellRefusal(code: string): void {
    const now = performance.now();
    if (now - (this.#refusals.get(code) ?? -Infinity) < refusalLogMs) return;
    this.#refusals.set(code, now);
    this.#log.error('Redis refuses a command', { redis: this.#where, code });
  }

  /** Looks when the oldest command would be overdue. */
  #watchFor(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#watch = undefined;
      const [oldest] = this.#sentAt;
      if (oldest === undefined || !this.#connection) return;
      const leftMs = oldest + this.#options.timeoutMs - performance.now();
      if (leftMs > 0) this.#watch = this.#watchFor(Math.ceil(leftMs));
      else this.#lose(this.#connection, new RedisError(`Redis at ${this.#where} does not answer in time.`));
    }, ms).unref();
  }

  #unavailable(): RedisError {
    if (this.#isClosed) return new RedisError('The connection to Redis is closed.');
    return this.#failure ?? new RedisError(`Redis at ${this.#where} cannot be reached.`);
  }
}
