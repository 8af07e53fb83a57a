import { definePlugin, type MaybeReply, type RequestContext, reply, waitFor } from '@sluice/plugin-kit';
import { whenAway } from '../shared/when-away.ts';
import { BurstDelay } from './burst-delay.ts';
import { compileLimits, type Demand } from './limits.ts';
import { type Entered, placesOf } from './places.ts';
import { limitConnSchema } from './schema.ts';

/** Lets so many requests be under way at once. */
export const limitConn = definePlugin(limitConnSchema, (config, kit) => {
  const limits = compileLimits(config, kit);
  const places = placesOf(config, kit);
  const { rejected_code: status, rejected_msg: message, default_conn_delay: delaySeconds = 0 } = config;
  const refusal = reply(status, message === undefined ? null : { error_msg: message });
  const uncounted = config.allow_degradation ? undefined : reply(500);
  const away = whenAway(config, kit, 'limit-conn', uncounted);
  const delay = new BurstDelay(delaySeconds * 1000, config.only_use_default_delay);

  function rehearse(demands: readonly Demand[]): MaybeReply {
    const hasRoom = places.hasRoom(demands);
    if (!(hasRoom instanceof Promise)) return hasRoom ? undefined : refusal;
    return hasRoom.then((has) => (has ? undefined : refusal), away);
  }

  function pass(ctx: RequestContext, entered: Entered | undefined, demands: readonly Demand[]): MaybeReply {
    if (entered === undefined) return refusal;
    // The client has gone while Redis was asked.
    if (ctx.times.totalMs >= 0) {
      entered.leave();
      return undefined;
    }
    let delayMs = 0;
    for (const [at, { conn }] of demands.entries()) delayMs += delay.for(entered.counts[at] ?? 0, conn);
    // Not in `log`, which another plugin can skip: a request that is never counted off would count forever.
    ctx.afterResponse(() => {
      entered.leave();
      delay.learn(ctx.times, delayMs);
    });
    return delayMs < 1 ? undefined : waitFor(delayMs, ctx.signal).then(() => undefined);
  }

  return {
    access(ctx) {
      // The client has gone while another plugin waited: nobody would count this request off.
      if (ctx.times.totalMs >= 0) return undefined;
      const demands = demandsOf(ctx, limits);
      if (demands.length === 0) return uncounted;
      if (ctx.isRehearsal) return rehearse(demands);
      const entered = places.enter(demands);
      if (!(entered instanceof Promise)) return pass(ctx, entered, demands);
      // Redis that is away is in the log already: the connection says so.
      return entered.then((counted) => pass(ctx, counted, demands), away);
    },

    dispose: () => places.dispose?.(),
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
