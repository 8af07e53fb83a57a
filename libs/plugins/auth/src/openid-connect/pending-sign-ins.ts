import { randomBytes } from 'node:crypto';
import type { Clock, RequestContext } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import type { OpenidConfig } from './config.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Seal } from './seal.ts';

/** How long somebody may take to sign in. */
const lifetimeSeconds = 3600;

/** Sign-ins that one browser has under way at once, in several tabs. */
const countMax = 4;

/** So that a few fit into a cookie. */
const lengthMax = 3600;
const targetLengthMax = 1000;

/** A sign-in that is under way. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce?: string | undefined;
  readonly verifier?: string | undefined;
  readonly redirectUri: string;
  /** Where the browser wanted to go. */
  readonly target: string;
  /** How often it was begun anew, because the provider could not. */
  readonly restarts: number;
  /** Whether the provider was asked not to show anything. */
  readonly isSilent: boolean;
  /** Seconds since the epoch. */
  readonly begunAt: number;
}

type Config = Pick<OpenidConfig, 'use_nonce' | 'use_pkce'>;

/** What is remembered of sign-ins while people are with the provider: in a cookie of theirs, so that it costs nobody else. */
export class PendingSignIns {
  readonly #jar: CookieJar;
  readonly #seal: Seal;
  readonly #clock: Clock;
  readonly #config: Config;

  constructor(config: Config, session: NonNullable<OpenidConfig['session']>, seal: Seal, clock: Clock) {
    this.#jar = new CookieJar(`${session.cookie_name ?? 'session'}_login`, session, true);
    this.#seal = seal;
    this.#clock = clock;
    this.#config = config;
  }

  /** Those of a request's browser, the oldest first. */
  of(ctx: RequestContext): readonly PendingSignIn[] {
    const text = this.#jar.read(ctx);
    const opened = text === undefined ? undefined : this.#seal.open(text, 'sign-in');
    const list = isJsonObject(opened) && Array.isArray(opened['pending']) ? opened['pending'] : [];
    const now = this.#now();
    return (list as readonly PendingSignIn[]).filter(({ begunAt }) => now - begunAt < lifetimeSeconds);
  }

  /** Begins another one. */
  begin(
    ctx: RequestContext,
    wanted: Pick<PendingSignIn, 'redirectUri' | 'target' | 'restarts' | 'isSilent'>,
    others: readonly PendingSignIn[],
  ): PendingSignIn {
    const made: PendingSignIn = {
      ...wanted,
      target: shortened(wanted.target),
      state: unguessable(),
      nonce: this.#config.use_nonce ? unguessable() : undefined,
      verifier: this.#config.use_pkce ? unguessable() : undefined,
      begunAt: this.#now(),
    };
    this.#write(ctx, [...others, made].slice(-countMax));
    return made;
  }

  /** Forgets one that is over: its code and state are worth nothing from then on. */
  end(ctx: RequestContext, others: readonly PendingSignIn[]): void {
    if (others.length === 0) this.#jar.clear(ctx);
    else this.#write(ctx, others);
  }

  hide(ctx: RequestContext): void {
    this.#jar.hide(ctx);
  }

  #write(ctx: RequestContext, pending: readonly PendingSignIn[]): void {
    for (let from = 0; from < pending.length; from += 1) {
      const text = this.#seal.seal({ pending: pending.slice(from) }, 'sign-in');
      // The oldest go where there is not room for all.
      if (text.length > lengthMax && from < pending.length - 1) continue;
      this.#jar.write(ctx, text, lifetimeSeconds);
      return;
    }
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function unguessable(): string {
  return randomBytes(32).toString('base64url');
}

/** Without its query where it is very long; the beginning of the site where that does not help. */
function shortened(target: string): string {
  if (target.length <= targetLengthMax) return target;
  const path = target.split('?', 1)[0] ?? '/';
  return path.length <= targetLengthMax ? path : '/';
}
