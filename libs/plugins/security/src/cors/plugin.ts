import { bytesText, definePlugin, fieldText, type RequestContext, reply } from '@sluice/plugin-kit';
import { firstOf, listedOrigins, matchedOrigins, type OriginRule } from './origins.ts';
import { corsSchema } from './schema.ts';

const EVERY_METHOD = 'GET,POST,PUT,DELETE,PATCH,HEAD,OPTIONS,CONNECT,TRACE';
const ORIGIN = Symbol('origin');

const preflight = reply(200);

/** Answers the question of a browser (Fetch Standard, CORS protocol) and says in every answer who may read it. */
export const cors = definePlugin(corsSchema, (config, { metadata }) => {
  const allowedOrigin = firstOf(originRules(config, metadata?.allow_origins ?? {}));
  const timingOrigin = timingRule(config);
  const fixed = fixedHeaders(config);
  const echoesHeaders = config.allow_headers === '**';
  // What depends on the origin must not be kept for another one by a cache in between.
  const varies =
    config.allow_origins !== '*' ||
    config.allow_origins_by_regex !== undefined ||
    config.allow_origins_by_metadata !== undefined;

  function allow({ request, response: { headers } }: RequestContext, origin: string): void {
    headers.set('Access-Control-Allow-Origin', origin);
    for (const [name, value] of fixed) headers.set(name, value);
    if (!echoesHeaders) return;
    const asked = request.headers.get('access-control-request-headers');
    if (asked === undefined) headers.remove('access-control-allow-headers');
    else headers.set('Access-Control-Allow-Headers', asked);
  }

  return {
    rewrite(ctx) {
      const origin = ctx.request.headers.get('origin');
      // Later plugins may change the request; what counts is where it came from.
      if (origin !== undefined) ctx.state.set(ORIGIN, origin);
      return ctx.request.method === 'OPTIONS' ? preflight : undefined;
    },
    responseHeader(ctx) {
      const origin = ctx.state.get(ORIGIN) as string | undefined;
      if (varies) ctx.response.headers.append('Vary', 'Origin');
      const answer = allowedOrigin(origin);
      if (answer !== undefined) allow(ctx, answer);
      const timing = timingOrigin?.(origin);
      if (timing !== undefined) ctx.response.headers.set('Timing-Allow-Origin', timing);
    },
  };
});

interface OriginFields {
  readonly allow_origins: string;
  readonly allow_origins_by_regex?: readonly string[] | undefined;
  readonly allow_origins_by_metadata?: readonly string[] | undefined;
}

/** Patterns stand in place of the list. Named lists add to either, and instead of "all" they are what is meant. */
function originRules(config: OriginFields, named: Readonly<Record<string, string>>): OriginRule[] {
  const { allow_origins: list, allow_origins_by_regex: patterns, allow_origins_by_metadata: names } = config;
  const own = patterns ? matchedOrigins(patterns) : listedOrigins(list);
  if (names === undefined) return [own];
  const others = names.flatMap((name) => {
    const origins = named[name];
    return origins === undefined ? [] : [listedOrigins(origins === '*' ? '**' : origins)];
  });
  return patterns === undefined && list === '*' ? others : [own, ...others];
}

interface TimingFields {
  readonly timing_allow_origins?: string | undefined;
  readonly timing_allow_origins_by_regex?: readonly string[] | undefined;
}

function timingRule({ timing_allow_origins: list, timing_allow_origins_by_regex: patterns }: TimingFields) {
  if (patterns) return matchedOrigins(patterns);
  return list === undefined ? undefined : listedOrigins(list);
}

interface FixedFields {
  readonly allow_methods: string;
  readonly allow_headers: string;
  readonly expose_headers?: string | undefined;
  readonly max_age: number;
  readonly allow_credential: boolean;
}

/** What is the same in every answer. */
function fixedHeaders(config: FixedFields): readonly (readonly [name: string, value: string])[] {
  const { allow_methods: methods, allow_headers: headers, expose_headers: exposed = '' } = config;
  const lines: [string, string][] = [
    ['Access-Control-Allow-Methods', methods === '**' ? EVERY_METHOD : methods],
    ['Access-Control-Max-Age', String(config.max_age)],
  ];
  if (exposed !== '') lines.push(['Access-Control-Expose-Headers', exposed]);
  if (headers !== '**') lines.push(['Access-Control-Allow-Headers', headers]);
  if (config.allow_credential) lines.push(['Access-Control-Allow-Credentials', 'true']);
  return lines.map(([name, value]) => [name, fieldText(bytesText(value))]);
}
