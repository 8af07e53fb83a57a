import { choice, definePluginSchema, Type } from '@sluice/schema';

const STATUS_MIN = 200;
const STATUS_MAX = 599;
const BODY_BYTES_DEFAULT = 64 * 1024 * 1024;

/** Texts, and variables as `$name`. */
const parts = (title: string, description: string, options: object = {}) =>
  Type.Array(Type.String({ pattern: '(^[^\\$].+$|^\\$[0-9a-zA-Z_]+$)' }), {
    minItems: 1,
    title,
    description,
    ...options,
  });

/** What `proxy-cache` can be told. */
export const proxyCacheSchema = definePluginSchema({
  name: 'proxy-cache',
  category: 'traffic',
  priority: 1085,
  version: '0.2',
  phases: ['access', 'header_filter', 'body_filter'],
  title: 'Proxy cache',
  description: 'Keeps answers of upstreams in memory or on disk, and answers from there.',
  config: Type.Object({
    cache_zone: Type.String({
      default: 'disk_cache_one',
      minLength: 1,
      maxLength: 100,
      title: 'Zone',
      description: 'Where answers are kept: a zone of `proxy_cache` in the settings.',
    }),
    cache_strategy: choice(['disk', 'memory'], {
      default: 'disk',
      title: 'Kind of zone',
      description: 'Whether the zone is on disk or in memory.',
    }),
    cache_key: parts(
      'Key',
      'What tells answers apart, besides what `Vary` names: variables (`$host`, `$request_uri`) and texts.',
      { default: ['$host', '$request_uri'] },
    ),
    cache_method: Type.Array(choice(['GET', 'POST', 'HEAD']), {
      default: ['GET', 'HEAD'],
      minItems: 1,
      uniqueItems: true,
      title: 'Methods',
      description:
        'Methods that may be answered from the cache. HEAD is answered from what GET has stored, POST from what a POST of the same body has.',
    }),
    cache_http_status: Type.Array(Type.Integer({ minimum: STATUS_MIN, maximum: STATUS_MAX }), {
      default: [200, 301, 404],
      minItems: 1,
      uniqueItems: true,
      title: 'Statuses',
      description: 'Statuses of answers that are kept.',
    }),
    cache_ttl: Type.Integer({
      default: 300,
      minimum: 1,
      title: 'Lifetime',
      description: 'Seconds for which an answer is used. In memory only, and only without `cache_control`.',
    }),
    cache_control: Type.Boolean({
      default: false,
      title: 'Follow Cache-Control',
      description: 'Does what request and answer say about caching, by the rules of RFC 9111.',
    }),
    cache_bypass: Type.Optional(
      parts('Bypass', 'Variables: where one has a value other than `0`, the upstream is asked, and the answer kept.'),
    ),
    no_cache: Type.Optional(
      parts('Do not store', 'Variables: where one has a value other than `0`, the answer is not kept.'),
    ),
    hide_cache_headers: Type.Boolean({
      default: false,
      title: 'Hide cache headers',
      description: 'Takes `Cache-Control` and `Expires` out of what clients get.',
    }),
    cache_set_cookie: Type.Boolean({
      default: false,
      title: 'Store cookies',
      description: 'Keeps answers with `Set-Cookie`, and gives their cookies to everybody.',
    }),
    consumer_isolation: Type.Boolean({
      default: true,
      title: 'Apart for each consumer',
      description: 'Keeps answers of each consumer, or of whoever else the request says it is from, apart.',
    }),
    max_resp_body_size: Type.Integer({
      default: BODY_BYTES_DEFAULT,
      minimum: 1,
      title: 'Largest body',
      description: 'Bytes. Answers with longer bodies are passed on and not kept.',
    }),
  }),
  differences: {
    cache_control: { meaning: 'Holds for zones on disk as well, and for all that RFC 9111 says.' },
    cache_method: { meaning: 'Answers to POST are told apart by the body that was sent.' },
  },
  extraChecks: ({ cache_key: key, cache_zone: zone, cache_strategy: strategy }, hooks) => {
    if (key.includes('$request_method')) return 'cache_key variable $request_method unsupported';
    return hooks?.checkCacheZone?.(zone, strategy);
  },
});
