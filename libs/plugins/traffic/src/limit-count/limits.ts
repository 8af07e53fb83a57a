import { createHash } from 'node:crypto';
import type { Kit, RequestContext } from '@sluice/plugin-kit';
import { canonicalJson, type JsonValue, type PluginConfigOf, type PluginMetadataOf } from '@sluice/schema';
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
  const scope = counterScope(config, kit);
  if (config.rules === undefined) {
    const { count = '', time_window: window = '' } = config;
    return [limitOf({ count, window, scope, keyFor: keyFor(config, kit), headers: namedHeaders(kit) }, kit)];
  }
  return config.rules.map(({ count, time_window: window, key, header_prefix: prefix }, at) => {
    const headers = prefixedHeaders(prefix ?? String(at + 1));
    return limitOf({ count, window, scope: `${scope}${at}:`, keyFor: templateKey(key, kit.template), headers }, kit);
  });
}

/**
 * Which configurations count together. Not the revision: a change of another part of the owner must not give every
 * client a fresh quota, and a change of this configuration must. Members of a group that disagree about the limit count
 * apart, because one window cannot have two lengths.
 */
function counterScope(config: Config, { owner }: LimitKit): string {
  const text = canonicalJson(config as unknown as JsonValue);
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  const who = config.group === undefined ? `${owner.kind}/${owner.id}` : `group/${config.group}`;
  return `limit-count:${who}:${fingerprint}:`;
}

interface LimitParts {
  readonly count: number | string;
  readonly window: number | string;
  readonly scope: string;
  readonly keyFor: (ctx: RequestContext) => string | undefined;
  readonly headers: QuotaHeaders;
}

function limitOf({ count, window, scope, keyFor: keyFrom, headers }: LimitParts, { template }: LimitKit): Limit {
  const [countFrom, secondsFrom] = [amount(count, template), amount(window, template)];
  return (ctx) => {
    const [key, limit, seconds] = [keyFrom(ctx), countFrom(ctx), secondsFrom(ctx)];
    if (key === undefined || limit === undefined || seconds === undefined) return undefined;
    return { key, counter: scope + key, count: limit, seconds, headers };
  };
}

/** A number as configured, or a template that must give a positive whole one. */
function amount(value: number | string, template: Kit['template']): (ctx: RequestContext) => number | undefined {
  if (typeof value === 'number') return () => value;
  const text = template(value);
  return (ctx) => {
    const number = Number(text(ctx));
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
  };
}

/** Requests that have no key of their own are told apart by their address. */
function keyFor({ key, key_type: type }: Config, { template }: LimitKit): (ctx: RequestContext) => string {
  if (type === 'constant') return () => key;
  const own = type === 'var' ? (ctx: RequestContext) => ctx.variable(key) : templateKey(key, template);
  return (ctx) => own(ctx) ?? ctx.client.ip;
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
