import { type Kit, type MaybeReply, reply, type Reply, type RequestContext } from '@sluice/plugin-kit';
import { isSecretReference } from '@sluice/schema';
import type { OpenidConfig } from './config.ts';
import { dropUnchecked, tellUpstream } from './identity-headers.ts';
import type { KeptDocument } from './kept-document.ts';
import { PendingSignIns } from './pending-sign-ins.ts';
import type { AskProvider } from './provider-access.ts';
import { ProviderClient, type Tokens } from './provider-client.ts';
import { reasonOf } from './provider-error.ts';
import type { Metadata } from './provider-metadata.ts';
import { Renewals } from './renewal.ts';
import { Seal } from './seal.ts';
import { idTokenClaimsOf, type Session } from './session.ts';
import { type SessionStore, sessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { SignOut } from './sign-out.ts';
import type { TokenVerifier } from './token-verifier.ts';

const failed = reply(500);
const unauthorized = reply(401);

interface Parts {
  readonly config: OpenidConfig;
  readonly session: NonNullable<OpenidConfig['session']>;
  readonly kit: Kit;
  readonly metadata: KeptDocument<Metadata>;
  readonly ask: AskProvider;
  readonly verifier: TokenVerifier;
}

/** Lets in people with a session, and sees to it that others get one, as configured. */
export class SessionFlow {
  readonly #config: OpenidConfig;
  readonly #kit: Kit;
  readonly #store: SessionStore;
  readonly #sessions: Sessions;
  readonly #pending: PendingSignIns;
  readonly #renewals: Renewals;
  readonly #signIn: SignIn;
  readonly #signOut: SignOut;
  readonly #isUsable: boolean;

  constructor(parts: Parts) {
    const { config, session, kit, metadata } = parts;
    this.#config = config;
    this.#kit = kit;
    // What is only the name of a secret may be known to anybody.
    this.#isUsable = !isSecretReference(session.secret);
    // Two clients with one secret do not open each other's sessions.
    const seal = new Seal(
      session.secret,
      JSON.stringify([config.discovery, config.client_id, session.cookie_name ?? 'session']),
    );
    const client = new ProviderClient(parts);
    this.#store = sessionStore(session, seal, kit);
    this.#sessions = new Sessions({ config, session, clock: kit.clock, seal, store: this.#store });
    this.#pending = new PendingSignIns(config, session, seal, kit.clock);
    this.#renewals = new Renewals({ client, kit, seal, timeout: config.timeout });
    this.#signIn = new SignIn({ config, kit, client, pending: this.#pending, sessions: this.#sessions });
    this.#signOut = new SignOut({ config, kit, client, metadata, sessions: this.#sessions });
  }

  /** Lets a request pass or answers it. A plain value for a good session that is kept in cookies. */
  serve(ctx: RequestContext): MaybeReply {
    if (ctx.isRehearsal) return undefined;
    if (!this.#isUsable) return this.#fail(ctx, 'session.secret is only a reference that nothing has resolved');
    if (this.#signIn.isReturn(ctx)) return this.#signIn.finish(ctx);
    const session = this.#sessions.find(ctx);
    const answer =
      session instanceof Promise ? session.then((found) => this.#answer(ctx, found)) : this.#answer(ctx, session);
    return answer instanceof Promise ? answer.catch((error: unknown) => this.#fail(ctx, reasonOf(error))) : answer;
  }

  close(): void {
    this.#store.close();
    this.#sessions.close();
  }

  #answer(ctx: RequestContext, session: Session | undefined): MaybeReply {
    if (this.#signOut.isWanted(ctx)) return this.#signOut.finish(ctx, session);
    if (!session) return this.#withoutSession(ctx);
    if (this.#sessions.mustAsk(session) && isNavigation(ctx)) return this.#askAgain(ctx, session);
    const isRenewed = this.#config.renew_access_token_on_expiry;
    const leeway = isRenewed ? this.#config.access_token_expires_leeway : 0;
    if (isRenewed && this.#sessions.isEnding(session, leeway)) return this.#renew(ctx, session);
    return this.#pass(ctx, session);
  }

  /** Sends the browser to the provider, which shows nothing if all is well. While it is away, the session that is there counts. */
  async #askAgain(ctx: RequestContext, session: Session): Promise<Reply | undefined> {
    const answer = await this.#signIn.begin(ctx, true);
    return answer.status === 302 ? answer : this.#pass(ctx, session);
  }

  async #renew(ctx: RequestContext, session: Session): Promise<Reply | undefined> {
    const { refreshToken } = session.data;
    const renewal = refreshToken === undefined ? 'over' : await this.#renewals.renew(refreshToken);
    if (typeof renewal !== 'string' && isOfSame(session, renewal)) {
      return this.#pass(ctx, await this.#sessions.renew(ctx, session, renewal));
    }
    // Within the leeway, the token that is there is good.
    if (!this.#sessions.isEnding(session, 0)) return this.#pass(ctx, session);
    return renewal === 'away' ? this.#fail(ctx, 'the access token cannot be renewed') : this.#withoutSession(ctx);
  }

  #withoutSession(ctx: RequestContext): MaybeReply {
    if (this.#config.unauth_action === 'deny') return unauthorized;
    if (this.#config.unauth_action === 'auth') return this.#signIn.begin(ctx);
    dropUnchecked(ctx, this.#config);
    this.#hideCookies(ctx);
    return undefined;
  }

  #pass(ctx: RequestContext, session: Session): MaybeReply {
    if (session.problem !== undefined) {
      this.#kit.log.info('A session does not fit the schema.', { request: ctx.id, reason: session.problem });
      return unauthorized;
    }
    const written = this.#sessions.touch(ctx, session);
    // Before the upstream is told: with a token that has ended, it is told of none.
    dropUnchecked(ctx, this.#config);
    tellUpstream(ctx, this.#sessions.isEnding(session, 0) ? session.headersWithoutAccess : session.headers);
    ctx.user = session.user;
    if (!written) return this.#hideCookies(ctx);
    return written.then(() => this.#hideCookies(ctx));
  }

  #hideCookies(ctx: RequestContext): undefined {
    this.#sessions.hide(ctx);
    this.#pending.hide(ctx);
    return undefined;
  }

  #fail(ctx: RequestContext, reason: string): Reply {
    this.#kit.log.error('OpenID Connect cannot serve a request.', { request: ctx.id, reason });
    return failed;
  }
}

/** Whether new tokens are those of whom the session is of (OpenID Connect Core 1.0, section 12.2). */
function isOfSame({ idTokenClaims }: Session, tokens: Tokens): boolean {
  const renewed = idTokenClaimsOf(tokens);
  return renewed === undefined || idTokenClaims === undefined || renewed['sub'] === idTokenClaims['sub'];
}

/** A page that a browser asks for, and can be sent away from: a form would lose what was typed. */
function isNavigation({ request }: RequestContext): boolean {
  return request.method === 'GET' && (request.headers.get('sec-fetch-dest') ?? 'document') === 'document';
}
