import { definePlugin, type MaybeReply, type RequestContext } from '@sluice/plugin-kit';
import { refusalsOf } from '../shared/refusals.ts';
import { timeProblem } from '../shared/jwt.ts';
import { hideToken, presentedToken } from './presented-token.ts';
import { jwtAuthSchema } from './schema.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Of all routes: a token that is good on one is presented on others too, and the memory stays bounded. */
const tokens = new VerifiedTokens();

/** Establishes who a request is from by a signed token. */
export const jwtAuth = definePlugin(jwtAuthSchema, (config, kit) => {
  const { clock, consumers } = kit;
  const places = { header: config.header.toLowerCase(), query: config.query, cookie: config.cookie };
  const mandatory = config.claims_to_verify ?? [];
  const options = { challenge: `Bearer realm="${config.realm}"`, anonymousConsumer: config.anonymous_consumer };
  const { refusal, refuse } = refusalsOf(options, kit);
  const missing = refusal('Missing JWT token in request');
  const malformed = refusal('JWT token invalid');
  const keyless = refusal('missing user key in JWT token');
  const unknown = refusal('Invalid user key in JWT token');
  const unverified = refusal('failed to verify jwt');

  /** Answers why the token is not taken, or attaches the consumer that it is from. */
  function authenticate(ctx: RequestContext, token: string) {
    const jwt = tokens.read(token);
    if (jwt === undefined) return malformed;
    const key = jwt.claims[config.key_claim_name];
    if (key === undefined || key === null) return keyless;
    const match = typeof key === 'string' && key !== '' ? consumers.find(key) : undefined;
    if (match === undefined) return unknown;
    const isGood =
      tokens.isSignedBy(match.config, jwt, token) &&
      timeProblem(jwt.claims, clock.now() / 1000, match.config.lifetime_grace_period) === undefined &&
      mandatory.every((claim) => jwt.claims[claim] !== undefined);
    if (!isGood) return unverified;
    if (config.store_in_ctx) ctx.setVariable('jwt_auth_payload', JSON.stringify(jwt.claims));
    ctx.attachConsumer(match.consumer);
    return undefined;
  }

  return {
    rewrite(ctx): MaybeReply {
      const found = presentedToken(ctx, places);
      if (found === undefined) return refuse(ctx, missing);
      const problem = authenticate(ctx, found.token);
      const answer = problem && refuse(ctx, problem);
      if (answer === undefined && config.hide_credentials) hideToken(ctx, found.place, places);
      return answer;
    },
  };
});
