import { definePlugin, type Kit, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import { onAnswer } from './arrival.ts';
import { Entrance } from './entrance.ts';
import { type CacheConfig, ResponseCache } from './response-cache.ts';
import { proxyCacheSchema } from './schema.ts';
import type { Visit } from './visit.ts';

const statusField = 'Apisix-Cache-Status';
const purged = reply(200, '');
const notCached = reply(404);

/** Keeps answers of upstreams and answers from there. */
export const proxyCache = definePlugin(proxyCacheSchema, (config, kit) => {
  const cache = cacheFor(config, kit);
  // Without its zone the plugin keeps nothing; that is no reason to answer nobody.
  if (cache === undefined) return { responseHeader: (ctx) => ctx.response.headers.set(statusField, 'BYPASS') };
  const visitKey = Symbol('proxy-cache visit');
  const note = (ctx: RequestContext, visit: Visit): void => void ctx.state.set(visitKey, visit);
  const entrance = new Entrance(cache, config, kit.log, note);
  const methods = new Set<string>(config.cache_method);
  const passing = config.cache_strategy === 'memory' ? 'MISS' : 'BYPASS';
  const { keys, zone } = cache;

  async function purge(ctx: RequestContext): Promise<Reply> {
    return (await zone.remove(keys.ofGet(ctx))) ? purged : notCached;
  }

  function finish(ctx: RequestContext, visit: Visit): void {
    const { headers } = ctx.response;
    headers.set(statusField, visit.status);
    if (!config.hide_cache_headers) return;
    headers.remove('cache-control');
    headers.remove('expires');
  }

  return {
    access(ctx) {
      const { method, headers } = ctx.request;
      if (headers.has('upgrade')) return undefined;
      if (method === 'PURGE') return ctx.isRehearsal ? undefined : purge(ctx);
      if (!methods.has(method)) return entrance.pass(ctx, passing);
      if (method !== 'POST') return entrance.enter(ctx, keys.ofGet(ctx));
      return keys.ofPost(ctx).then((key) => entrance.enterLate(ctx, key));
    },

    responseHeader(ctx) {
      const visit = ctx.state.get(visitKey) as Visit | undefined;
      if (visit === undefined) return undefined;
      const treated = onAnswer(cache, ctx, visit);
      return treated instanceof Promise ? treated.then(() => finish(ctx, visit)) : finish(ctx, visit);
    },

    responseBody(ctx) {
      const visit = ctx.state.get(visitKey) as Visit | undefined;
      return visit?.transform ?? undefined;
    },
  };
});

/** The cache of a configuration; undefined, and noted, where this data plane has no such zone. */
function cacheFor(
  config: CacheConfig,
  kit: Pick<Kit, 'cacheZone' | 'clock' | 'log' | 'owner'>,
): ResponseCache | undefined {
  const zone = kit.cacheZone(config.cache_zone);
  if (zone?.strategy === config.cache_strategy) return new ResponseCache(config, zone, kit.clock);
  kit.log.error('answers are not cached, because the settings of this data plane have no such zone', {
    zone: config.cache_zone,
    strategy: config.cache_strategy,
    owner: kit.owner,
  });
  return undefined;
}
