import { type Kit, type MaybeReply, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import { type Jwt, readJwt, timeProblem } from '../shared/jwt.ts';
import { type Claims, claimRefusals, schemaCheck } from './claims.ts';
import type { OpenidConfig } from './config.ts';
import { type IdentityHeaders, identityHeaders, tellUpstream } from './identity-headers.ts';
import type { Introspection } from './introspection.ts';
import type { KeptDocument } from './kept-document.ts';
import type { Keys } from './key-set.ts';
import type { Metadata } from './provider-metadata.ts';
import { reasonOf } from './provider-error.ts';
import { TextCache } from './text-cache.ts';
import type { TokenVerifier } from './token-verifier.ts';
import { verifiesItself } from './own-verification.schema.ts';

/** A token whose signature is good, and all that follows from its claims alone. */
interface Verified {
  readonly claims: Claims;
  readonly keys: Keys | undefined;
  readonly answer: Reply | undefined;
  readonly headers: IdentityHeaders;
}

interface Parts {
  readonly config: OpenidConfig;
  readonly kit: Pick<Kit, 'clock' | 'log'>;
  readonly verifier: TokenVerifier;
  readonly metadata: KeptDocument<Metadata>;
  readonly introspection: Introspection;
}

/** Takes access tokens that clients bring along (RFC 6750). */
export class BearerTokens {
  /** A refusal for whoever brings none. */
  readonly missing: Reply;
  readonly #parts: Parts;
  readonly #refusalOf: (claims: Claims) => Reply | undefined;
  readonly #schemaProblem: ((claims: object) => string | undefined) | undefined;
  readonly #verified = new TextCache<Verified>();
  /** What follows from answers of the provider, as long as they are remembered. */
  readonly #introspected = new WeakMap<Claims, Verified>();
  readonly #verifiesItself: boolean;
  readonly #slack: number;

  constructor(parts: Parts) {
    const { config } = parts;
    this.#parts = parts;
    this.missing = reply(401, null, { 'WWW-Authenticate': `Bearer realm="${config.realm}"` });
    this.#refusalOf = claimRefusals(config);
    this.#schemaProblem = schemaCheck(config);
    this.#verifiesItself = verifiesItself(config);
    this.#slack = config.iat_slack;
  }

  /** Lets a token pass, and tells the upstream whose it is; or answers why not. A plain value where nothing must be asked. */
  check(ctx: RequestContext, token: string): MaybeReply {
    const known = this.#verified.get(token);
    if (known && known.keys === this.#parts.verifier.keys) return this.#use(ctx, known);
    if (known) this.#verified.delete(token);
    // What it would be is not known without asking, and nothing may be asked.
    if (ctx.isRehearsal) return undefined;
    return this.#verifiesItself ? this.#verify(ctx, token) : this.#introspect(ctx, token);
  }

  close(): void {
    this.#verified.clear();
  }

  #use(ctx: RequestContext, { claims, answer, headers }: Verified): Reply | undefined {
    const problem = this.#verifiesItself
      ? timeProblem(claims, this.#parts.kit.clock.now() / 1000, this.#slack)
      : undefined;
    if (problem !== undefined) return this.#invalid(ctx, problem);
    if (answer) return answer;
    tellUpstream(ctx, headers);
    ctx.user = claims;
    return undefined;
  }

  async #verify(ctx: RequestContext, token: string): Promise<Reply | undefined> {
    const jwt = readJwt(token);
    if (!jwt) return this.#invalid(ctx, 'the token is no JWT');
    const { verifier } = this.#parts;
    const problem =
      verifier.algorithmProblem(jwt) ?? (await this.#signatureProblem(jwt)) ?? (await this.#issuerProblem(jwt));
    if (problem !== undefined) return this.#invalid(ctx, problem);
    const verified = this.#verifiedOf(ctx, jwt.claims, token);
    if (!this.#parts.config.jwt_verification_cache_ignore) this.#verified.set(token, verified);
    return this.#use(ctx, verified);
  }

  async #signatureProblem(jwt: Jwt): Promise<string | undefined> {
    const { verifier, kit } = this.#parts;
    try {
      return (await verifier.isBearerSigned(jwt)) ? undefined : 'the signature is not good';
    } catch (error) {
      kit.log.error('The keys of the OpenID provider cannot be read.', { error: reasonOf(error) });
      return 'signature validation unavailable';
    }
  }

  async #issuerProblem({ claims }: Jwt): Promise<string | undefined> {
    const { config, metadata, kit } = this.#parts;
    try {
      const allowed = config.claim_validator?.issuer?.valid_issuers ?? [(await metadata.get()).issuer];
      return typeof claims['iss'] === 'string' && allowed.includes(claims['iss']) ? undefined : 'unexpected issuer';
    } catch (error) {
      kit.log.error('The metadata of the OpenID provider cannot be read.', { error: reasonOf(error) });
      return 'issuer validation unavailable';
    }
  }

  async #introspect(ctx: RequestContext, token: string): Promise<Reply | undefined> {
    const outcome = await this.#parts.introspection.ask(ctx, token);
    if (typeof outcome === 'string') return this.#invalid(ctx, outcome);
    const known = this.#introspected.get(outcome);
    if (known) return this.#use(ctx, known);
    const verified = this.#verifiedOf(ctx, outcome, token);
    this.#introspected.set(outcome, verified);
    return this.#use(ctx, verified);
  }

  #verifiedOf(ctx: RequestContext, claims: Claims, token: string): Verified {
    const problem = this.#schemaProblem?.(claims);
    const answer = problem === undefined ? this.#refusalOf(claims) : this.#invalid(ctx, problem);
    const headers = identityHeaders(this.#parts.config, { accessToken: token, user: claims });
    return { claims, keys: this.#parts.verifier.keys, answer, headers };
  }

  #invalid(ctx: RequestContext, problem: string): Reply {
    this.#parts.kit.log.info('A bearer token is refused.', { request: ctx.id, reason: problem });
    // What ends the quotation would add parameters of its own (RFC 9110, section 5.6.4).
    const description = problem.replaceAll(/[^ !#-[\]-~]/g, "'").slice(0, 200);
    const challenge = `Bearer realm="${this.#parts.config.realm}", error="invalid_token", error_description="${description}"`;
    return reply(401, null, { 'WWW-Authenticate': challenge });
  }
}

const malformed = Symbol('malformed');

/** A token of a request: `undefined` where there is none, a symbol where the header is none of any scheme. */
export function presentedToken({ request }: RequestContext): string | undefined | typeof malformed {
  const [authorization, another] = request.headers.getAll('authorization');
  // The upstream might read another line than the one that was verified.
  if (another !== undefined) return malformed;
  if (authorization === undefined) return request.headers.get('x-access-token');
  const end = authorization.indexOf(' ');
  if (end < 0) return malformed;
  const token = authorization.slice(end + 1).trim();
  return authorization.slice(0, end).toLowerCase() === 'bearer' ? token : undefined;
}
