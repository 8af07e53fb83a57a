import { choice, Type } from '@sluice/schema';
import { flag, lines, maybeWhole, text, whole } from './fields.schema.ts';

/** Pushed authorization requests (RFC 9126). */
export const Par = Type.Object(
  {
    enabled: flag(false, 'Enabled', 'Whether the parameters go to the provider directly, instead of by the browser.'),
    endpoint: text('Endpoint', 'Where they go; what the provider publishes unless given.'),
    endpoint_auth_method: Type.Optional(
      choice(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'client_secret_jwt'], {
        title: 'Client authentication',
        description: 'How the gateway proves who it is; as at the token endpoint unless given.',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'Pushed authorization requests',
    description: 'Keeps the parameters of a sign-in out of the browser (RFC 9126).',
  },
);

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Tokens that are bound to a key (RFC 9449). */
export const Dpop = Type.Object(
  {
    enabled: flag(false, 'Enabled', 'Whether tokens are bound to the key of the gateway.'),
    private_key: text('Private key', 'The key that proves possession, in PEM.', lines),
    public_jwk: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        not: { anyOf: privateMembers.map((name) => ({ required: [name] })) },
        title: 'Public key',
        description: 'The public half of the key as a JWK (RFC 7517).',
      }),
    ),
    signing_alg: choice(['ES256', 'RS256', 'PS256'], {
      default: 'ES256',
      title: 'Algorithm',
      description: 'How proofs are signed.',
    }),
  },
  {
    additionalProperties: false,
    if: { properties: { enabled: { const: true } } },
    then: { required: ['private_key', 'public_jwk'] },
    title: 'DPoP',
    description: 'Binds tokens to a key of the gateway, so that a stolen one is worth nothing (RFC 9449).',
  },
);

/** By which proxies the provider is reached. */
export const ProxyOptions = Type.Object(
  {
    http_proxy: text('Proxy for http', 'Address of the proxy for providers at `http:` addresses.'),
    https_proxy: text('Proxy for https', 'Address of the proxy for providers at `https:` addresses.'),
    http_proxy_authorization: text('Authorization for http', '`Basic` and user:password in base64.'),
    https_proxy_authorization: text('Authorization for https', '`Basic` and user:password in base64.'),
    no_proxy: text('Without proxy', 'Hosts that are reached directly, with a comma between them; `*` for all.'),
  },
  { title: 'Proxies', description: 'Proxies between the gateway and the provider.' },
);

/** How the gateway, as a client of the provider, proves who it is. */
export const clientFields = {
  client_rsa_private_key: text('Private key of the client', 'In PEM, RSA or EC, for `private_key_jwt`.', lines),
  client_rsa_private_key_id: text('Id of the private key', 'The `kid` in assertions signed with that key.'),
  client_jwt_assertion_expires_in: whole(60, 'Lifetime of assertions', 'Seconds that an assertion is good for.'),
  client_jwt_assertion_alg: Type.Optional(
    choice(['HS256', 'HS512', 'RS256', 'RS512', 'ES256', 'ES512'], {
      title: 'Algorithm of assertions',
      description: 'How assertions are signed. Unless given: HS256, RS256, or what suits the curve of the key.',
    }),
  ),
  client_jwt_assertion_audience: text('Audience of assertions', 'The `aud` of assertions; the endpoint unless given.'),
  token_endpoint_auth_method: Type.String({
    default: 'client_secret_basic',
    title: 'Client authentication for tokens',
    description: '`client_secret_basic`, `client_secret_post`, `client_secret_jwt`, `private_key_jwt` or `none`.',
  }),
  introspection_endpoint_auth_method: Type.String({
    default: 'client_secret_basic',
    title: 'Client authentication for introspection',
    description: 'As for tokens, for the introspection endpoint.',
  }),
  par: Type.Optional(Par),
  dpop: Type.Optional(Dpop),
  proxy_opts: Type.Optional(ProxyOptions),
  timeout: Type.Integer({
    default: 3,
    minimum: 1,
    title: 'Timeout',
    description: 'Seconds that the provider may take; multiples of 1000 are milliseconds.',
  }),
  ssl_verify: flag(true, 'Verify the certificate', 'Whether the certificate of the provider must be valid.'),
  cache_segment: text('Cache segment', 'Configurations with different segments read the provider each for themselves.'),
  access_token_expires_in: maybeWhole('Usual lifetime', 'Seconds, where the provider does not say; 3600 unless given.'),
  access_token_expires_leeway: whole(0, 'Renew earlier', 'Seconds before its end at which a token is renewed.'),
  renew_access_token_on_expiry: flag(true, 'Renew tokens', 'Renews a token that has ended, by the refresh token.'),
  refresh_session_interval: maybeWhole('Ask again', 'Seconds after which the provider is asked, silently, who it is.'),
};

/** The parts of the claims of a token that are checked. */
export const ClaimValidator = Type.Object(
  {
    issuer: Type.Optional(
      Type.Object(
        {
          valid_issuers: Type.Optional(
            Type.Array(Type.String(), { title: 'Issuers', description: 'Who may have issued a token.' }),
          ),
        },
        { title: 'Issuer', description: 'Who may have issued a bearer token; the provider unless given.' },
      ),
    ),
    audience: Type.Optional(
      Type.Object(
        {
          claim: Type.String({ default: 'aud', title: 'Claim', description: 'The claim that names the audience.' }),
          required: flag(false, 'Required', 'Whether tokens without it are refused.'),
          match_with_client_id: flag(false, 'Is the client', 'Whether the client id must be in it.'),
        },
        { title: 'Audience', description: 'Whom a bearer token must be meant for.' },
      ),
    ),
  },
  { title: 'Claims', description: 'What the claims of a bearer token must say.' },
);
