import type { Clock, RequestContext } from '@sluice/plugin-kit';
import { schemaCheck } from './claims.ts';
import type { OpenidConfig } from './config.ts';
import { identityHeaders } from './identity-headers.ts';
import type { Tokens } from './provider-client.ts';
import type { Seal } from './seal.ts';
import { idTokenClaimsOf, type Session, type SessionData, sessionDataOf } from './session.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import { secondsLeft, type SessionLimits, sessionLimits, timesOfUse } from './session-times.ts';
import { TextCache } from './text-cache.ts';

/** Of a token whose provider does not say how long it lives. */
const usualLifetime = 3600;

interface Parts {
  readonly config: OpenidConfig;
  readonly session: NonNullable<OpenidConfig['session']>;
  readonly clock: Clock;
  readonly seal: Seal;
  readonly store: SessionStore;
}

/** Who has signed in, as the gateway remembers it. */
export class Sessions {
  readonly #parts: Parts;
  readonly #limits: SessionLimits;
  readonly #schemaProblem: ((claims: object) => string | undefined) | undefined;
  /** Opened sessions by their sealed text: browsers show the same one many times. */
  readonly #opened = new TextCache<Session>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#limits = sessionLimits(parts.session);
    this.#schemaProblem = schemaCheck(parts.config);
  }

  /** The session of a request. A plain value where nothing must be asked. */
  find(ctx: RequestContext): Session | undefined | Promise<Session | undefined> {
    const stored = this.#parts.store.read(ctx);
    return stored instanceof Promise ? stored.then((read) => this.#open(read)) : this.#open(stored);
  }

  /** Remembers somebody who has just signed in, under a number that nobody has known before. */
  async begin(ctx: RequestContext, tokens: Tokens, user: object | undefined): Promise<void> {
    const now = this.#now();
    const data = { begunAt: now, renewedAt: now, usedAt: now, askedAt: now, user, ...this.#tokensOf(tokens, now) };
    await this.#write(ctx, data);
  }

  /** Remembers the tokens that a refresh token was exchanged for. */
  async renew(ctx: RequestContext, { data, id }: Session, tokens: Tokens): Promise<Session> {
    const given = this.#tokensOf(tokens, this.#now());
    const kept = { refreshToken: given.refreshToken ?? data.refreshToken, idToken: given.idToken ?? data.idToken };
    const renewed = { ...data, ...given, ...kept, usedAt: this.#now() };
    await this.#write(ctx, renewed, id);
    return this.#sessionOf(renewed, id);
  }

  /** Notes that a session is used, where it is time to. Undefined where nothing needs to be written. */
  touch(ctx: RequestContext, { data, id }: Session): Promise<void> | undefined {
    const touched = timesOfUse(data, this.#limits, this.#now());
    return touched && this.#write(ctx, touched, id);
  }

  /** Whether an access token ends soon, with the leeway that is configured, or by now. */
  isEnding({ data: { accessTokenEndsAt: end } }: Session, leeway: number): boolean {
    return end !== undefined && this.#now() + leeway >= end;
  }

  /** Whether it is time to ask the provider again who it is. */
  mustAsk({ data }: Session): boolean {
    const { refresh_session_interval: interval } = this.#parts.config;
    return interval !== undefined && data.askedAt + interval < this.#now();
  }

  end(ctx: RequestContext): Promise<void> {
    return this.#parts.store.end(ctx);
  }

  hide(ctx: RequestContext): void {
    this.#parts.store.hide(ctx);
  }

  close(): void {
    this.#opened.clear();
  }

  #open(stored: StoredSession | undefined): Session | undefined {
    if (stored === undefined) return undefined;
    let session = this.#opened.get(stored.text);
    if (session === undefined || session.id !== stored.id) {
      const data = sessionDataOf(this.#parts.seal.open(stored.text, stored.purpose));
      if (data === undefined) return undefined;
      session = this.#sessionOf(data, stored.id);
      this.#opened.set(stored.text, session);
    }
    if (secondsLeft(session.data, this.#limits, this.#now()) > 0) return session;
    this.#opened.delete(stored.text);
    return undefined;
  }

  #sessionOf(data: SessionData, id: string | undefined): Session {
    const { config } = this.#parts;
    const claims = idTokenClaimsOf(data);
    const idToken = data.idToken !== undefined && claims ? { text: data.idToken, claims } : undefined;
    const identity = { ...data, idToken };
    const { accessToken, user } = data;
    return {
      data,
      idTokenClaims: claims,
      user: { ...claims, ...user },
      headers: identityHeaders(config, identity),
      headersWithoutAccess: identityHeaders(config, { ...identity, accessToken: undefined }),
      problem: this.#schemaProblem?.(definedOf({ user, access_token: accessToken, id_token: claims })),
      id,
    };
  }

  #tokensOf({ accessToken, idToken, refreshToken, expiresIn }: Tokens, now: number) {
    const { access_token_expires_in: usual = usualLifetime } = this.#parts.config;
    return { accessToken, idToken, refreshToken, accessTokenEndsAt: now + (expiresIn ?? usual) };
  }

  #write(ctx: RequestContext, data: SessionData, id?: string): Promise<void> {
    const left = secondsLeft(data, this.#limits, this.#now());
    return this.#parts.store.write(ctx, data, Math.min(left, secondsMax), id);
  }

  #now(): number {
    return Math.floor(this.#parts.clock.now() / 1000);
  }
}

/** A session without any limit: one year, and it is written again when it is used. */
const secondsMax = 31_536_000;

function definedOf(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
