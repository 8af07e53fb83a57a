import {
  type Directives,
  type Found,
  headToStore,
  isFresh,
  judgeReuse,
  type Lookup,
  lookUp,
  mayStay,
  mayReplaceError,
  parseDirectives,
  placeFor,
  type ReadableFields,
  type ReceivedAnswer,
  type Reuse,
  type StoringRequest,
  type StoringRules,
  updatedHead,
  varyNames,
} from '@sluice/http-cache';
import type { CacheZone, Clock, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { CacheKeys, isAnySet, variablesOf } from './cache-key.ts';
import type { proxyCacheSchema } from './schema.ts';
import type { StoringPlan } from './storing-body.ts';
import type { CacheStatus, Fetching } from './visit.ts';

/** The configuration of the plugin, defaults filled. */
export type CacheConfig = PluginConfigOf<typeof proxyCacheSchema>;

const statusOf: Readonly<Record<Reuse, CacheStatus>> = {
  fresh: 'HIT',
  usable: 'STALE',
  updating: 'UPDATING',
  expired: 'EXPIRED',
  unwanted: 'STALE',
};

/** What a stored answer is good for, in the words that clients are told. */
export interface Judgement {
  readonly status: CacheStatus;
  /** Whether it is the answer. */
  readonly isAnswer: boolean;
}

const anybody: StoringRequest = { directives: parseDirectives([]), isPersonal: false };

/** The decisions of one configuration about what may be stored and used. */
export class ResponseCache {
  readonly zone: CacheZone;
  readonly keys: CacheKeys;
  readonly rules: StoringRules;
  readonly isRfc: boolean;
  readonly #config: CacheConfig;
  readonly #clock: Clock;

  constructor(config: CacheConfig, zone: CacheZone, clock: Clock) {
    const isMemory = config.cache_strategy === 'memory';
    this.zone = zone;
    this.keys = new CacheKeys(config);
    this.isRfc = config.cache_control;
    this.rules = {
      statuses: new Set(config.cache_http_status),
      mode: config.cache_control ? 'rfc9111' : isMemory ? 'fixed' : 'upstream',
      ttlMs: isMemory ? config.cache_ttl * 1000 : zone.ttlMs,
      allowsCookies: config.cache_set_cookie,
    };
    this.#config = config;
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  lookUp(key: string, fields: ReadableFields): Lookup | Promise<Lookup> {
    return lookUp(this.zone, key, fields);
  }

  judge({ head }: Found, directives: Directives): Judgement {
    const now = this.now();
    if (!this.isRfc)
      return isFresh(head, now) ? { status: 'HIT', isAnswer: true } : { status: 'EXPIRED', isAnswer: false };
    const reuse = judgeReuse(head, directives, now);
    const isAnswer = reuse === 'fresh' || reuse === 'usable' || reuse === 'updating';
    const status = reuse === 'unwanted' && directives.has('no-cache') ? 'BYPASS' : statusOf[reuse];
    return { status, isAnswer };
  }

  /** Brings what is stored up to date by an answer without a body, or forgets it where that wants it so. */
  async refresh(ctx: RequestContext, { directives }: Fetching, found: Found, answer: ReceivedAnswer): Promise<Found> {
    const head = updatedHead(found.head, answer, this.rules);
    // What a client asks for must not take anything from others: only the answer can do that.
    if (!mayStay(answer, anybody, this.rules)) await this.zone.remove(found.key);
    else if (mayStay(answer, { directives, isPersonal: this.keys.isPersonal(ctx) }, this.rules))
      await found.record.replaceHead(head);
    return { ...found, head };
  }

  /** What was stored may be given in place of an answer that failed. */
  standIn({ lookup: { found } }: Fetching, isDisconnected: boolean): Found | undefined {
    return this.isRfc && found && mayReplaceError(found.head, isDisconnected, this.now()) ? found : undefined;
  }

  /** How an answer is to be stored; null where it is not. */
  plan(ctx: RequestContext, fetching: Fetching, answer: ReceivedAnswer): Omit<StoringPlan, 'response' | 'over'> | null {
    const { turn, key, directives } = fetching;
    if (turn === null || isAnySet(this.#config.no_cache, ctx)) return null;
    const head = headToStore(answer, { directives, isPersonal: this.keys.isPersonal(ctx) }, this.rules);
    const length = Number(answer.headers.get('content-length') ?? 0);
    if (head === null) return null;
    const names = varyNames(answer.headers);
    const place = placeFor(key, fetching.lookup, names === 'anything' ? [] : names, fetching.fields);
    const writer = this.zone.write(place.key, turn, length, this.#config.max_resp_body_size);
    if (writer === undefined) return null;
    if (place.index !== null) void this.zone.write(key, turn)?.commit(place.index);
    return { writer, head };
  }

  /** An unsafe request has succeeded: what is stored about its address, and those that its answer names, is outdated. */
  async invalidate(ctx: RequestContext): Promise<void> {
    const { response } = ctx;
    const addresses = ['location', 'content-location'].flatMap((name) => response.received?.headers.getAll(name) ?? []);
    await this.zone.remove(this.keys.ofGet(ctx));
    for (const address of addresses) {
      const variables = variablesOf(ctx, address);
      if (variables !== undefined) await this.zone.remove(this.keys.ofGet(ctx, variables));
    }
  }
}
