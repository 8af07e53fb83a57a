import { choice, definePluginSchema, isSecretReference, type RuleHooks, Type } from '@sluice/schema';
import { AnonymousConsumer, HideCredentials, realm } from '../shared/auth-fields.schema.ts';

const shared = ['HS256', 'HS384', 'HS512'] as const;
const asymmetric = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'] as const;

const Consumer = Type.Object(
  {
    key: Type.String({
      minLength: 1,
      title: 'Key',
      description: 'Value of the claim that names this consumer. No two consumers may share one.',
    }),
    algorithm: choice([...shared, ...asymmetric], {
      default: 'HS256',
      title: 'Algorithm',
      description: 'How its tokens are signed (RFC 7518, RFC 8037). Tokens signed in any other way are refused.',
    }),
    secret: Type.Optional(
      Type.String({
        minLength: 1,
        title: 'Secret',
        description: 'The shared secret of the HS algorithms: at least as many random bytes as the hash is long.',
      }),
    ),
    base64_secret: Type.Boolean({
      default: false,
      title: 'Secret is base64',
      description: 'The secret is the base64 of the bytes that sign.',
    }),
    public_key: Type.Optional(
      Type.String({
        minLength: 1,
        'x-widget': 'long-text',
        title: 'Public key',
        description: 'Public key in PEM, for all algorithms but the HS ones.',
      }),
    ),
    exp: Type.Integer({
      default: 86_400,
      minimum: 1,
      title: 'Lifetime',
      description: 'Seconds for whoever makes tokens of this consumer. The gateway itself makes none.',
    }),
    lifetime_grace_period: Type.Integer({
      default: 0,
      minimum: 0,
      title: 'Grace',
      description: 'Seconds that the clocks of both sides may be apart when `exp` and `nbf` are checked.',
    }),
  },
  {
    dependencies: {
      algorithm: {
        oneOf: [
          { properties: { algorithm: { enum: [...shared], default: 'HS256' } } },
          {
            properties: {
              algorithm: { enum: [...asymmetric] },
              public_key: { type: 'string', minLength: 1 },
            },
            required: ['public_key'],
          },
        ],
      },
    },
  },
);

/** What `jwt-auth` can be told on a route and the like, and by a consumer. */
export const jwtAuthSchema = definePluginSchema({
  name: 'jwt-auth',
  category: 'auth',
  priority: 2510,
  type: 'auth',
  phases: ['rewrite'],
  title: 'JWT authentication',
  description: 'Lets in only clients that present a JSON Web Token signed by the key of a consumer (RFC 7519).',
  lookupKey: 'key',
  secrets: { consumer: ['secret'] },
  differences: {
    store_in_ctx: {
      meaning: 'The payload is the variable `jwt_auth_payload`, as JSON, instead of a field of a Lua table.',
    },
  },
  config: Type.Object({
    header: Type.String({
      default: 'authorization',
      title: 'Header',
      description: 'Request header that carries the token, with or without `Bearer`. Looked at first.',
    }),
    query: Type.String({
      default: 'jwt',
      title: 'Query argument',
      description: 'Argument of the query string that carries the token. Looked at second.',
    }),
    cookie: Type.String({
      default: 'jwt',
      title: 'Cookie',
      description: 'Cookie that carries the token. Looked at last.',
    }),
    key_claim_name: Type.String({
      default: 'key',
      minLength: 1,
      title: 'Claim with the key',
      description: 'Claim of the token that names the consumer by its key, such as `iss`.',
    }),
    claims_to_verify: Type.Optional(
      Type.Array(choice(['exp', 'nbf']), {
        uniqueItems: true,
        title: 'Claims that must be there',
        description: 'Tokens without these are refused. Where they are there, they are checked in any case.',
      }),
    ),
    store_in_ctx: Type.Boolean({
      default: false,
      title: 'Keep the claims',
      description: 'Makes the claims the variable `jwt_auth_payload`, as JSON, for plugins, functions and logs.',
    }),
    hide_credentials: HideCredentials,
    anonymous_consumer: AnonymousConsumer,
    realm: realm('jwt'),
  }),
  consumer: Consumer,
  consumerChecks: (consumer, hooks) =>
    consumer.algorithm.startsWith('HS') ? checkSecret(consumer) : checkKey(consumer.public_key, hooks),
});

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

function checkSecret({
  secret,
  base64_secret: isBase64,
}: {
  readonly secret?: string | undefined;
  readonly base64_secret: boolean;
}): string | undefined {
  if (secret === undefined) return 'property "secret" is required when using HS based algorithms';
  return !isBase64 || isSecretReference(secret) || base64.test(secret)
    ? undefined
    : 'base64_secret required but the secret is not in base64 format';
}

function checkKey(key: string | undefined, hooks: RuleHooks | undefined): string | undefined {
  if (key !== undefined && isSecretReference(key)) return undefined;
  const problem = key === undefined ? 'it is missing' : hooks?.checkPublicKey?.(key);
  return problem === undefined ? undefined : `missing valid public key: ${problem}`;
}
