import { choice, definePluginSchema, Type } from '@sluice/schema';
import { checkOpenid, reservedName } from './checks.schema.ts';
import { ClaimValidator, clientFields } from './client.schema.ts';
import { flag, lines, text, whole } from './fields.schema.ts';
import { Session } from './session.schema.ts';

/** What everybody needs stands first in a form; the rest is folded. */
const mainFields = {
  discovery: Type.String({
    title: 'Provider',
    description: 'Address of its metadata, such as `https://id.example.com/.well-known/openid-configuration`.',
  }),
  client_id: Type.String({ title: 'Client id', description: 'Name of the gateway at the provider.' }),
  client_secret: text('Client secret', 'Secret of the gateway at the provider.'),
  redirect_uri: text(
    'Way back',
    'Where the provider sends the browser back to; an address or a path. Unless given: the path with `/.apisix/redirect`.',
  ),
  session: Type.Optional(Session),
  bearer_only: flag(false, 'Bearer tokens only', 'Takes bearer tokens only: nobody is sent to the provider.'),
};

const signInFields = {
  scope: Type.String({ default: 'openid', title: 'Scope', description: 'What is asked for, with spaces between.' }),
  authorization_params: Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      title: 'Further parameters',
      description: 'Further parameters for the provider at a sign-in, such as `{ "prompt": "login" }`.',
    }),
  ),
  use_pkce: flag(
    false,
    'PKCE',
    'Proof key for the exchange of codes (RFC 7636). Turn it on where the provider has it.',
  ),
  use_nonce: flag(false, 'Nonce', 'Binds the ID token to the sign-in.'),
  unauth_action: choice(['auth', 'deny', 'pass'], {
    default: 'auth',
    title: 'Without a session',
    description: 'Send the browser to the provider, refuse with 401, or let pass without any identity.',
  }),
  force_reauthorize: flag(false, 'Always anew', 'Not supported: every request would go to the provider again.'),
  logout_path: Type.String({
    default: '/logout',
    title: 'Way out',
    description: 'Path at which the session ends, here and at the provider.',
  }),
  post_logout_redirect_uri: text('After the way out', 'Where the browser goes after that.'),
  revoke_tokens_on_logout: flag(false, 'Revoke tokens', 'Whether the provider shall forget the tokens at the way out.'),
};

const tokenFields = {
  realm: Type.String({ default: 'apisix', title: 'Realm', description: 'Realm named in refusals.' }),
  public_key: text('Public key', 'Key that bearer tokens must be signed with, in PEM.', lines),
  use_jwks: flag(false, 'Keys of the provider', 'Bearer tokens must be signed with a key that the provider publishes.'),
  jwk_expires_in: whole(86_400, 'Lifetime of keys', 'Seconds after which the keys of the provider are read again.'),
  token_signing_alg_values_expected: text('Algorithm', 'How tokens must be signed, such as `RS256`; never `none`.'),
  accept_none_alg: flag(false, 'Unsigned tokens', 'Not supported: tokens without a signature are never taken.'),
  accept_unsupported_alg: flag(
    true,
    'Unknown algorithms',
    'Taken for compatibility: ID tokens that cannot be verified are refused in any case.',
  ),
  iat_slack: whole(120, 'Clock difference', 'Seconds that the clocks of both sides may be apart.'),
  jwt_verification_cache_ignore: flag(false, 'Verify each time', 'Does not remember that a token was good.'),
  introspection_endpoint: text('Introspection', 'Where the provider is asked about tokens; published unless given.'),
  introspection_interval: whole(
    0,
    'Ask again after',
    'Seconds that an answer about a token holds at most; 0 for its life.',
  ),
  introspection_expiry_claim: text('Expiry claim', 'Claim of the answer that says when the token ends; `exp`.'),
  introspection_addon_headers: Type.Optional(
    Type.Array(Type.String({ pattern: '^[^:]+$' }), {
      minItems: 1,
      title: 'Headers for introspection',
      description: 'Headers of the request that the provider gets when it is asked about a token.',
    }),
  ),
  required_scopes: Type.Optional(
    Type.Array(Type.String(), { title: 'Scopes', description: 'Scopes that a bearer token must have.' }),
  ),
  claim_schema: Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      title: 'Schema of the claims',
      description:
        'JSON schema for the claims of a bearer token, or for a session: `user`, `id_token` and `access_token`.',
    }),
  ),
  claim_validator: Type.Optional(ClaimValidator),
};

const headerFields = {
  set_access_token_header: flag(true, 'Access token', 'Whether the upstream gets the access token.'),
  access_token_in_authorization_header: flag(
    false,
    'As Authorization',
    'Passes the access token in `Authorization`, not in `X-Access-Token`.',
  ),
  set_id_token_header: flag(true, 'ID token', 'Passes the claims of the ID token in `X-ID-Token`.'),
  set_raw_id_token_header: flag(false, 'Signed ID token', 'Passes the ID token as it is in `X-Raw-ID-Token`.'),
  set_userinfo_header: flag(true, 'User', 'Passes what the provider says of the user in `X-Userinfo`.'),
  set_refresh_token_header: flag(false, 'Refresh token', 'Passes the refresh token in `X-Refresh-Token`.'),
};

/** What `openid-connect` can be told. */
export const openidConnectSchema = definePluginSchema({
  name: 'openid-connect',
  category: 'auth',
  priority: 2599,
  version: '0.2',
  phases: ['rewrite'],
  title: 'OpenID Connect',
  description: 'Signs people in at an OpenID provider, and takes the access tokens that it issues.',
  secrets: {
    config: [
      'client_secret',
      'client_rsa_private_key',
      'dpop.private_key',
      'session.secret',
      'session.redis.password',
      'proxy_opts.http_proxy_authorization',
      'proxy_opts.https_proxy_authorization',
    ],
  },
  differences: {
    accept_none_alg: { meaning: 'Refused where it is on: tokens without a signature are never taken.' },
    accept_unsupported_alg: { meaning: 'Changes nothing: an ID token that cannot be verified is refused.' },
    force_reauthorize: { meaning: 'Refused where it is on: it would send every request to the provider, without end.' },
    timeout: { meaning: 'Holds for the whole of an answer, not for each step of it.' },
  },
  config: Type.Object({
    ...mainFields,
    ...clientFields,
    ...signInFields,
    ...tokenFields,
    ...headerFields,
  }),
  preChecks: reservedName,
  extraChecks: checkOpenid,
});
