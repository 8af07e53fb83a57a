import { definePlugin, type MaybeReply, reply } from '@sluice/plugin-kit';
import { BearerTokens, presentedToken } from './bearer.ts';
import { sendCookies } from './cookie-jar.ts';
import { dropClaimed } from './identity-headers.ts';
import { Introspection } from './introspection.ts';
import { providerOf } from './provider.ts';
import { openidConnectSchema } from './schema.ts';
import { SessionFlow } from './session-flow.ts';
import { TokenVerifier } from './token-verifier.ts';
import { verifiesItself } from './own-verification.schema.ts';

const malformed = reply(400);

/** Signs people in at an OpenID provider, and takes the access tokens that it issues. */
export const openidConnect = definePlugin(openidConnectSchema, (config, kit) => {
  const provider = providerOf(config, kit);
  const { ask, metadata, keySet } = provider.value;
  const verifier = new TokenVerifier(config, keySet);
  const introspection = new Introspection({ config, kit, metadata, ask });
  const bearer = new BearerTokens({ config, kit, verifier, metadata, introspection });
  const takesTokens = config.bearer_only || verifiesItself(config) || config.introspection_endpoint !== undefined;
  const { session } = config;
  const flow =
    config.bearer_only || session === undefined
      ? undefined
      : new SessionFlow({ config, session, kit, metadata, ask, verifier });

  return {
    rewrite(ctx): MaybeReply {
      const token = takesTokens ? presentedToken(ctx) : undefined;
      dropClaimed(ctx);
      if (typeof token === 'symbol') return malformed;
      if (token !== undefined) return bearer.check(ctx, token);
      return flow ? flow.serve(ctx) : bearer.missing;
    },
    ...(flow && { responseHeader: sendCookies }),
    async dispose() {
      bearer.close();
      introspection.close();
      flow?.close();
      await provider.release();
    },
  };
});
