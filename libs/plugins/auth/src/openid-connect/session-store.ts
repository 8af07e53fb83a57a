import { hash, randomBytes } from 'node:crypto';
import type { Kit, RequestContext } from '@sluice/plugin-kit';
import { openRedis, type Redis } from '@sluice/redis';
import type { OpenidConfig } from './config.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Seal } from './seal.ts';

/** Where the sealed texts of sessions are kept. Reading is a plain value where nothing must be asked. */
export interface SessionStore {
  /** The sealed text of a request's session, and the number under which it is kept, if it is. */
  read(ctx: RequestContext): StoredSession | undefined | Promise<StoredSession | undefined>;
  /** Keeps a session under the number that it has; a new one gets a new number, so that nobody can have known it before. */
  write(ctx: RequestContext, value: object, seconds: number, id?: string): Promise<void>;
  /** Forgets the session of a request. */
  end(ctx: RequestContext): Promise<void>;
  /** Keeps the cookies of sessions from the upstream. */
  hide(ctx: RequestContext): void;
  close(): void;
}

/** A session as it is kept. */
export interface StoredSession {
  readonly text: string;
  /** What it was sealed for. */
  readonly purpose: string;
  readonly id?: string | undefined;
}

type SessionConfig = NonNullable<OpenidConfig['session']>;

/** The store of a configuration. */
export function sessionStore(session: SessionConfig, seal: Seal, kit: Pick<Kit, 'log'>): SessionStore {
  const jar = new CookieJar(session.cookie_name ?? 'session', session);
  return session.storage === 'redis' ? new RedisStore(session, jar, seal, kit) : new CookieStore(jar, seal);
}

class CookieStore implements SessionStore {
  readonly #jar: CookieJar;
  readonly #seal: Seal;

  constructor(jar: CookieJar, seal: Seal) {
    this.#jar = jar;
    this.#seal = seal;
  }

  read(ctx: RequestContext): StoredSession | undefined {
    const text = this.#jar.read(ctx);
    return text === undefined ? undefined : { text, purpose: 'session' };
  }

  async write(ctx: RequestContext, value: object): Promise<void> {
    if (this.#jar.write(ctx, this.#seal.seal(value, 'session'))) return;
    throw new Error('The tokens are too long for cookies. Keep sessions in Redis.');
  }

  async end(ctx: RequestContext): Promise<void> {
    this.#jar.clear(ctx);
  }

  hide(ctx: RequestContext): void {
    this.#jar.hide(ctx);
  }

  close(): void {
    // Nothing is open.
  }
}

const idPattern = /^[\w-]{43}$/;

class RedisStore implements SessionStore {
  readonly #jar: CookieJar;
  readonly #seal: Seal;
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor({ redis }: SessionConfig, jar: CookieJar, seal: Seal, { log }: Pick<Kit, 'log'>) {
    if (redis === undefined) throw new Error('session.redis is missing');
    this.#jar = jar;
    this.#seal = seal;
    this.#prefix = redis.prefix;
    const timeoutMs = Math.max(redis.connect_timeout, redis.send_timeout, redis.read_timeout);
    const { host, port, username, password, database } = redis;
    const tls = redis.ssl ? { verifies: redis.ssl_verify, serverName: redis.server_name } : undefined;
    this.#redis = openRedis({ mode: 'single', host, port, username, password, database, timeoutMs, tls }, log);
  }

  async read(ctx: RequestContext): Promise<StoredSession | undefined> {
    const id = this.#jar.read(ctx);
    if (id === undefined || !idPattern.test(id)) return undefined;
    const key = this.#keyOf(id);
    const text = await this.#redis.send(key, ['GET', key]);
    return typeof text === 'string' ? { text, purpose: key, id } : undefined;
  }

  async write(ctx: RequestContext, value: object, seconds: number, id?: string): Promise<void> {
    if (id === undefined) await this.#forget(ctx);
    const number = id ?? randomBytes(32).toString('base64url');
    const key = this.#keyOf(number);
    const command = ['SET', key, this.#seal.seal(value, key), 'EX', String(Math.max(1, Math.ceil(seconds)))];
    // One that was ended meanwhile must not come back.
    const done = await this.#redis.send(key, id === undefined ? command : [...command, 'XX']);
    if (id === undefined && done !== null) this.#jar.write(ctx, number);
  }

  async end(ctx: RequestContext): Promise<void> {
    const forgotten = this.#forget(ctx);
    this.#jar.clear(ctx);
    await forgotten;
  }

  hide(ctx: RequestContext): void {
    this.#jar.hide(ctx);
  }

  close(): void {
    this.#redis.close();
  }

  async #forget(ctx: RequestContext): Promise<void> {
    const id = this.#jar.read(ctx);
    if (id === undefined || !idPattern.test(id)) return;
    const key = this.#keyOf(id);
    await this.#redis.send(key, ['DEL', key]);
  }

  /** Whoever reads the names of the keys shall not be able to show them as cookies. */
  #keyOf(id: string): string {
    return `${this.#prefix}:${hash('sha256', id, 'base64url')}`;
  }
}
