import { hash } from 'node:crypto';
import { type Kit, reply, type Reply, type RequestContext } from '@sluice/plugin-kit';
import type { OpenidConfig } from './config.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-ins.ts';
import type { ProviderClient, Tokens } from './provider-client.ts';
import { reasonOf } from './provider-error.ts';
import { isWayBack, ownAddress, redirectAddress, wayBackOf } from './request-address.ts';
import type { Sessions } from './sessions.ts';
import { idTokenClaimsOf } from './session.ts';
import { page, redirectTo } from './uncached-reply.ts';

/** How often a sign-in is begun anew, because the provider could not, or another tab came in between. */
const restartsMax = 3;

/** What a provider says that would have to show something, when it was asked not to. */
const wantsToShow = new Set([
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'login_required',
]);

const failed = reply(500);

interface Parts {
  readonly config: OpenidConfig;
  readonly kit: Pick<Kit, 'log'>;
  readonly client: ProviderClient;
  readonly pending: PendingSignIns;
  readonly sessions: Sessions;
}

/** What the provider has sent along, whatever other plugins have made of the request. */
function answerOf({ request }: RequestContext): URLSearchParams {
  return new URLSearchParams(request.original.query);
}

/** The proof of RFC 7636 that the code will be exchanged by who has asked for it. */
function challengeOf(verifier: string) {
  return { code_challenge: hash('sha256', verifier, 'base64url'), code_challenge_method: 'S256' };
}

/** Sends browsers to the provider, and takes them back (OpenID Connect Core 1.0, section 3.1). */
export class SignIn {
  readonly #parts: Parts;
  readonly #wayBack: string | undefined;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #isStrict: boolean;

  constructor(parts: Parts) {
    const { config } = parts;
    this.#parts = parts;
    this.#wayBack = wayBackOf(config.redirect_uri);
    const further = Object.entries(config.authorization_params ?? {}).map(([name, value]) => [name, String(value)]);
    this.#parameters = { ...Object.fromEntries(further), scope: config.scope };
    this.#isStrict = config.session?.cookie_same_site === 'Strict';
  }

  /** Whether the provider has sent the browser back with this request. */
  isReturn(ctx: RequestContext): boolean {
    if (!isWayBack(ctx, this.#wayBack)) return false;
    const answer = answerOf(ctx);
    return answer.has('code') || answer.has('error') || answer.has('state');
  }

  /** Sends the browser to the provider; `isSilent` asks it to show nothing, for somebody whom it knows. */
  async begin(ctx: RequestContext, isSilent = false): Promise<Reply> {
    const { original } = ctx.request;
    const others = this.#parts.pending.of(ctx);
    return this.#send(ctx, { target: original.uri, restarts: 0, isSilent }, others);
  }

  /** Takes back a browser that the provider has sent. */
  async finish(ctx: RequestContext): Promise<Reply> {
    const pending = this.#parts.pending.of(ctx);
    const answer = answerOf(ctx);
    const found = pending.find(({ state }) => state === answer.get('state'));
    const others = pending.filter((one) => one !== found);
    if (ctx.request.method !== 'GET') return this.#fail(ctx, 'the browser came back by another method than GET');
    const error = answer.get('error');
    if (error !== null) return this.#refused(ctx, error, found, others);
    const latest = pending.at(-1);
    if (latest === undefined) return this.#fail(ctx, 'no sign-in of this browser is under way');
    // Another tab, an old page, or somebody who wants this browser to be signed in as somebody else.
    if (!found) return this.#restart(ctx, latest, pending.slice(0, -1), 'the state is not that of the sign-in');
    if (!answer.has('code')) return this.#fail(ctx, 'the provider sent no code');
    return this.#exchange(ctx, found, others);
  }

  async #exchange(ctx: RequestContext, one: PendingSignIn, others: readonly PendingSignIn[]): Promise<Reply> {
    const { client, pending, sessions } = this.#parts;
    pending.end(ctx, others);
    try {
      const url = new URL(one.redirectUri);
      url.search = ctx.request.original.query;
      const tokens = await client.exchange(url, one);
      await sessions.begin(ctx, tokens, await this.#userOf(tokens));
    } catch (error) {
      return this.#fail(ctx, reasonOf(error));
    }
    return this.#sendOn(ownAddress(one.target));
  }

  async #userOf(tokens: Tokens): Promise<object | undefined> {
    const { client, config, kit } = this.#parts;
    if (!config.set_userinfo_header && config.claim_schema === undefined) return undefined;
    const subject = idTokenClaimsOf(tokens)?.['sub'];
    try {
      return await client.user(tokens.accessToken, typeof subject === 'string' ? subject : undefined);
    } catch (error) {
      kit.log.warn('The OpenID provider says nothing of a user.', { error: reasonOf(error) });
      return undefined;
    }
  }

  /** The provider has sent the browser back with an error. */
  #refused(
    ctx: RequestContext,
    error: string,
    found: PendingSignIn | undefined,
    others: readonly PendingSignIn[],
  ): Reply | Promise<Reply> {
    const reason = `the provider answered ${/^[\w-]{1,60}$/.test(error) ? error : 'an error'}`;
    if (!found) return this.#fail(ctx, `${reason} to a sign-in that is not under way`);
    if (found.isSilent && wantsToShow.has(error)) return this.#send(ctx, { ...found, isSilent: false }, others);
    if (error === 'temporarily_unavailable') return this.#restart(ctx, found, others, reason);
    this.#parts.pending.end(ctx, others);
    return this.#fail(ctx, reason);
  }

  #restart(
    ctx: RequestContext,
    one: PendingSignIn,
    others: readonly PendingSignIn[],
    reason: string,
  ): Reply | Promise<Reply> {
    if (one.restarts < restartsMax) return this.#send(ctx, { ...one, restarts: one.restarts + 1 }, others);
    this.#parts.pending.end(ctx, others);
    return this.#fail(ctx, `${reason}, ${restartsMax} times`);
  }

  async #send(
    ctx: RequestContext,
    { target, restarts, isSilent }: Pick<PendingSignIn, 'target' | 'restarts' | 'isSilent'>,
    others: readonly PendingSignIn[],
  ): Promise<Reply> {
    const { client, config, pending } = this.#parts;
    try {
      const redirectUri = redirectAddress(ctx, config.redirect_uri);
      const begun = pending.begin(ctx, { target, restarts, isSilent, redirectUri }, others);
      const url = await client.authorizationUrl({
        ...this.#parameters,
        response_type: 'code',
        redirect_uri: redirectUri,
        state: begun.state,
        ...(begun.nonce !== undefined && { nonce: begun.nonce }),
        ...(begun.verifier !== undefined && challengeOf(begun.verifier)),
        ...(isSilent && { prompt: 'none' }),
      });
      return redirectTo(url.href);
    } catch (error) {
      return this.#fail(ctx, reasonOf(error));
    }
  }

  /**
   * Browsers keep `Strict` cookies back as long as they follow where another site has sent them. A page that sends them on
   * is of this site.
   */
  #sendOn(address: string): Reply {
    if (!this.#isStrict) return redirectTo(address);
    const quoted = address.replaceAll(/[&"<>']/g, (character) => `&#${character.codePointAt(0)};`);
    const html = `<!doctype html><meta http-equiv="refresh" content="0;url=${quoted}"><title>Signed in</title>`;
    return page('text/html; charset=utf-8', html);
  }

  #fail(ctx: RequestContext, reason: string): Reply {
    this.#parts.kit.log.error('A sign-in with OpenID Connect has failed.', { request: ctx.id, reason });
    return failed;
  }
}
