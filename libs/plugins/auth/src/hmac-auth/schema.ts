import { choice, definePluginSchema, Type } from '@sluice/schema';
import { AnonymousConsumer, HideCredentials, realm } from '../shared/auth-fields.schema.ts';

/** What `hmac-auth` can be told on a route and the like, and by a consumer. */
export const hmacAuthSchema = definePluginSchema({
  name: 'hmac-auth',
  category: 'auth',
  priority: 2530,
  type: 'auth',
  phases: ['rewrite'],
  title: 'HMAC authentication',
  description: 'Lets in only requests that are signed by the secret key of a consumer, which itself never travels.',
  lookupKey: 'key_id',
  secrets: { consumer: ['secret_key'] },
  config: Type.Object({
    allowed_algorithms: Type.Array(choice(['hmac-sha1', 'hmac-sha256', 'hmac-sha512']), {
      default: ['hmac-sha1', 'hmac-sha256', 'hmac-sha512'],
      minItems: 1,
      title: 'Allowed algorithms',
      description: 'Algorithms that a signature may be made with.',
    }),
    clock_skew: Type.Integer({
      default: 300,
      minimum: 1,
      title: 'Clock skew',
      description: 'Seconds that the `Date` of a request may be apart from the time of the gateway.',
    }),
    signed_headers: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
      default: ['date'],
      title: 'Headers that must be signed',
      description: 'Headers that every signature must cover; `@request-target` is the method, path and query.',
    }),
    validate_request_body: Type.Boolean({
      default: false,
      title: 'Check the body',
      description: 'Demands a `Digest: SHA-256=...` of the body and checks it. Sign it too, or it proves nothing.',
    }),
    max_req_body_size: Type.Integer({
      default: 67_108_864,
      minimum: 1,
      title: 'Longest body',
      description: 'Bytes of the longest body that is checked; a longer one is refused with 413.',
    }),
    hide_credentials: HideCredentials,
    anonymous_consumer: AnonymousConsumer,
    realm: realm('hmac'),
  }),
  consumer: Type.Object({
    key_id: Type.String({
      minLength: 1,
      maxLength: 256,
      title: 'Key id',
      description: 'Names the key in signatures. No two consumers may share one.',
    }),
    secret_key: Type.String({
      minLength: 1,
      maxLength: 256,
      title: 'Secret key',
      description: 'The key that signs.',
    }),
  }),
});
