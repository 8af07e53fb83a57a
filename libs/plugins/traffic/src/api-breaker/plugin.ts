import {
  definePlugin,
  fieldTemplate,
  type HeaderValue,
  type Kit,
  reply,
  type RequestContext,
} from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { counterScope } from '../shared/counter-scope.ts';
import { Breaker } from './breaker.ts';
import { apiBreakerSchema } from './schema.ts';

type Config = PluginConfigOf<typeof apiBreakerSchema>;

/** Answers in place of an upstream that fails again and again. */
export const apiBreaker = definePlugin(apiBreakerSchema, (config, kit) => {
  const { healthy, unhealthy, max_breaker_sec: openSecondsMax } = config;
  const scope = counterScope('api-breaker', config, kit.owner);
  const breaker = new Breaker(kit.counters, {
    failures: unhealthy.failures,
    successes: healthy.successes,
    openSecondsMax,
  });
  const [failures, successes] = [new Set(unhealthy.http_statuses), new Set(healthy.http_statuses)];
  const answer = answerOf(config, kit);

  const keyOf = ({ request: { original } }: RequestContext): string => scope + original.host + original.path;

  return {
    access: (ctx) => (breaker.isOpen(keyOf(ctx)) ? answer(ctx) : undefined),

    log(ctx) {
      const status = upstreamStatus(ctx);
      if (ctx.isRehearsal || status === undefined) return;
      if (failures.has(status)) breaker.fail(keyOf(ctx));
      else if (successes.has(status)) breaker.succeed(keyOf(ctx));
    },
  };
});

/** The status of the last try: what a plugin makes of the answer does not count. */
function upstreamStatus(ctx: RequestContext): number | undefined {
  const all = ctx.variable('upstream_status');
  return all === undefined ? undefined : Number(all.slice(all.lastIndexOf(' ') + 1));
}

function answerOf({ break_response_code: status, break_response_body: body, ...rest }: Config, kit: Kit<never, never>) {
  if (body === undefined) {
    const plain = reply(status);
    return () => plain;
  }
  const spellings = new Map<string, string>();
  const lines = (rest.break_response_headers ?? []).map(({ key, value }): Line => {
    const lower = key.toLowerCase();
    if (!spellings.has(lower)) spellings.set(lower, key);
    return {
      name: spellings.get(lower) ?? key,
      isSingle: lower === 'content-type',
      value: fieldTemplate(value, kit.template),
    };
  });
  return (ctx: RequestContext) => reply(status, body, headersOf(lines, ctx));
}

interface Line {
  /** One spelling for all lines of the name. */
  readonly name: string;
  readonly isSingle: boolean;
  readonly value: (ctx: RequestContext) => string;
}

/** A name that comes twice makes two lines, but there is only one content type: the last. */
function headersOf(lines: readonly Line[], ctx: RequestContext): Record<string, HeaderValue> {
  const headers: Record<string, string | string[]> = {};
  for (const { name, isSingle, value } of lines) {
    const before = isSingle ? undefined : headers[name];
    const text = value(ctx);
    headers[name] = before === undefined ? text : [before, text].flat();
  }
  return headers;
}
