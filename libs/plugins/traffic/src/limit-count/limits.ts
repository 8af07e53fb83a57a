import type { Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf, PluginMetadataOf } from '@sluice/schema';
import { counterScope } from '../shared/counter-scope.ts';
import { amountOf, keyOf } from '../shared/request-values.ts';
import { templateKey } from '../shared/template-key.ts';
import type { limitCountSchema } from './schema.ts';

type Config = PluginConfigOf<typeof limitCountSchema>;
type LimitKit = Pick<Kit<never, PluginMetadataOf<typeof limitCountSchema>>, 'owner' | 'template' | 'metadata'>;

/** The names of the headers that tell a client its quota. */
export interface QuotaHeaders {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

/** What one limit asks of one request. */
export interface Demand {
  /** What is counted, as the configuration describes it. */
  readonly key: string;
  /** The key among all counters of the node. */
  readonly counter: string;
  readonly count: number;
  readonly seconds: number;
  readonly headers: QuotaHeaders;
}

/** The demand of one limit, or undefined where the limit does not apply or its numbers make no sense. */
export type Limit = (ctx: RequestContext) => Demand | undefined;

/** Compiles the one limit of a configuration, or each of its rules. */
export function compileLimits(config: Config, kit: LimitKit): Limit[] {
  // Members of a group that disagree about the limit count apart, because one window cannot have two lengths.
  const scope = counterScope('limit-count', config, kit.owner, config.group);
  if (config.rules === undefined) {
    const { count = '', time_window: window = '' } = config;
    return [limitOf({ count, window, scope, keyFor: keyOf(config, kit.template), headers: namedHeaders(kit) }, kit)];
  }
  return config.rules.map(({ count, time_window: window, key, header_prefix: prefix }, at) => {
    const headers = prefixedHeaders(prefix ?? String(at + 1));
    return limitOf({ count, window, scope: `${scope}${at}:`, keyFor: templateKey(key, kit.template), headers }, kit);
  });
}

interface LimitParts {
  readonly count: number | string;
  readonly window: number | string;
  readonly scope: string;
  readonly keyFor: (ctx: RequestContext) => string | undefined;
  readonly headers: QuotaHeaders;
}

function limitOf({ count, window, scope, keyFor: keyFrom, headers }: LimitParts, { template }: LimitKit): Limit {
  const [countFrom, secondsFrom] = [amountOf(count, template), amountOf(window, template)];
  return (ctx) => {
    const [key, limit, seconds] = [keyFrom(ctx), countFrom(ctx), secondsFrom(ctx)];
    if (key === undefined || limit === undefined || seconds === undefined) return undefined;
    return { key, counter: scope + key, count: limit, seconds, headers };
  };
}

function namedHeaders({ metadata }: LimitKit): QuotaHeaders {
  return {
    limit: metadata?.limit_header ?? 'X-RateLimit-Limit',
    remaining: metadata?.remaining_header ?? 'X-RateLimit-Remaining',
    reset: metadata?.reset_header ?? 'X-RateLimit-Reset',
  };
}

function prefixedHeaders(prefix: string): QuotaHeaders {
  const name = (what: string) => `X-${prefix}-RateLimit-${what}`;
  return { limit: name('Limit'), remaining: name('Remaining'), reset: name('Reset') };
}
