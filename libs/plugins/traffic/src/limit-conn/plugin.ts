import { definePlugin, type MaybeReply, type RequestContext, reply, waitFor } from '@sluice/plugin-kit';
import { compileLimits, type Demand } from './limits.ts';
import { limitConnSchema } from './schema.ts';

/** Lets so many requests be under way at once. */
export const limitConn = definePlugin(limitConnSchema, (config, kit) => {
  const limits = compileLimits(config, kit);
  const { concurrency } = kit;
  const { rejected_code: status, rejected_msg: message, default_conn_delay: delaySeconds = 0 } = config;
  const refusal = reply(status, message === undefined ? null : { error_msg: message });
  const uncounted = config.allow_degradation ? undefined : reply(500);
  /** What a request of the burst waits for each full load before it: about as long as requests take. */
  let unitMs = delaySeconds * 1000;

  function rehearse(demands: readonly Demand[]): MaybeReply {
    const isOver = demands.some(({ key, conn, burst }) => concurrency.count(key) + 1 > conn + burst);
    return isOver ? refusal : undefined;
  }

  /** Counts a request in. Answers how long it must wait, or undefined where it is one too many and counts nowhere. */
  function enter(demands: readonly Demand[]): number | undefined {
    let delayMs = 0;
    for (const [at, { key, conn, burst }] of demands.entries()) {
      const count = concurrency.enter(key);
      if (count > conn + burst) {
        for (const { key: entered } of demands.slice(0, at + 1)) concurrency.leave(entered);
        return undefined;
      }
      if (count > conn) delayMs += unitMs * Math.floor((count - 1) / conn);
    }
    return delayMs;
  }

  function leave({ times }: RequestContext, demands: readonly Demand[], delayMs: number): void {
    for (const { key } of demands) concurrency.leave(key);
    if (config.only_use_default_delay) return;
    const tookMs = times.upstreamMs >= 0 ? times.upstreamMs : times.totalMs - delayMs;
    if (tookMs > 0) unitMs = (unitMs + tookMs) / 2;
  }

  return {
    access(ctx) {
      // The client has gone while another plugin waited: nobody would count this request off.
      if (ctx.times.totalMs >= 0) return undefined;
      const demands = demandsOf(ctx, limits);
      if (demands.length === 0) return uncounted;
      if (ctx.isRehearsal) return rehearse(demands);
      const delayMs = enter(demands);
      if (delayMs === undefined) return refusal;
      // Not in `log`, which another plugin can skip: a request that is never counted off would count forever.
      ctx.afterResponse(() => leave(ctx, demands, delayMs));
      return delayMs < 1 ? undefined : waitFor(delayMs, ctx.signal).then(() => undefined);
    },
  };
});

function demandsOf(ctx: RequestContext, limits: readonly ((ctx: RequestContext) => Demand | undefined)[]): Demand[] {
  const demands: Demand[] = [];
  for (const limit of limits) {
    const demand = limit(ctx);
    if (demand !== undefined) demands.push(demand);
  }
  return demands;
}
