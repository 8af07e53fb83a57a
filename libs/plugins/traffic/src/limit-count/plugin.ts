import { definePlugin, type MaybeReply, type RequestContext, reply, type WindowState } from '@sluice/plugin-kit';
import { whenAway } from '../shared/when-away.ts';
import { countingOf } from './counting.ts';
import { compileLimits, type Demand } from './limits.ts';
import { limitCountSchema } from './schema.ts';

/** Lets so many requests pass in a window of time and refuses the rest. */
export const limitCount = definePlugin(limitCountSchema, (config, kit) => {
  const limits = compileLimits(config, kit);
  const counting = countingOf(config, kit);
  const refusal = reply(
    config.rejected_code,
    config.rejected_msg === undefined ? null : { error_msg: config.rejected_msg },
  );
  const uncounted = config.allow_degradation ? undefined : reply(500);
  const unreachable = config.allow_degradation ? undefined : reply(500, { error_msg: 'failed to limit count' });
  const away = whenAway(config, kit, 'limit-count', unreachable);
  /** Headers wait for the answer: whoever makes it, the quota is on it. */
  const quota = Symbol('limit-count quota');

  function tell(ctx: RequestContext, demand: Demand, { remaining, resetSeconds }: WindowState): void {
    const left = Math.max(0, remaining);
    const reset = Math.round(resetSeconds * 100) / 100;
    ctx.setVariable('rate_limiting_info', () => describeLimit(demand, left, reset));
    if (!config.show_limit_quota_header) return;
    const lines = (ctx.state.get(quota) ?? []) as string[];
    const { limit, remaining: rest, reset: end } = demand.headers;
    lines.push(limit, String(demand.count), rest, String(left), end, String(reset));
    ctx.state.set(quota, lines);
  }

  function settle(ctx: RequestContext, demand: Demand, state: WindowState): MaybeReply {
    tell(ctx, demand, state);
    return state.remaining < 0 ? refusal : undefined;
  }

  /** Asks the limits one after the other; nothing waits where the data plane counts itself. */
  function ask(ctx: RequestContext, from: number, isCountedBefore: boolean): MaybeReply {
    let isCounted = isCountedBefore;
    for (let i = from; i < limits.length; i += 1) {
      const demand = limits[i]?.(ctx);
      if (demand === undefined) continue;
      isCounted = true;
      const state = counting.hit(demand, ctx.isRehearsal);
      if (state instanceof Promise) {
        return state.then((known) => settle(ctx, demand, known) ?? ask(ctx, i + 1, true), away);
      }
      const answer = settle(ctx, demand, state);
      if (answer) return answer;
    }
    return isCounted ? undefined : uncounted;
  }

  return {
    access: (ctx) => ask(ctx, 0, false),

    responseHeader(ctx) {
      const lines = (ctx.state.get(quota) ?? []) as readonly string[];
      for (let i = 0; i + 1 < lines.length; i += 2) ctx.response.headers.set(lines[i] ?? '', lines[i + 1] ?? '');
    },

    dispose: () => counting.dispose?.(),
  };
});

function describeLimit({ key, count }: Demand, remaining: number, reset: number): string {
  return (
    `{"rate_limiting_key":${JSON.stringify(key)},"rate_limiting_limit":${count},` +
    `"rate_limiting_remaining":${remaining},"rate_limiting_reset":${reset}}`
  );
}
