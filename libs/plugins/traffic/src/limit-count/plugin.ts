import { definePlugin, type RequestContext, reply, type WindowState } from '@sluice/plugin-kit';
import { compileLimits, type Demand } from './limits.ts';
import { limitCountSchema } from './schema.ts';
import { fixedWindow, slidingWindow } from './windows.ts';

/** Lets so many requests pass in a window of time and refuses the rest. */
export const limitCount = definePlugin(limitCountSchema, (config, kit) => {
  const limits = compileLimits(config, kit);
  const hit = config.window_type === 'sliding' ? slidingWindow(kit) : fixedWindow(kit);
  const refusal = reply(
    config.rejected_code,
    config.rejected_msg === undefined ? null : { error_msg: config.rejected_msg },
  );
  const uncounted = config.allow_degradation ? undefined : reply(500);
  /** Headers wait for the answer: whoever makes it, the quota is on it. */
  const quota = Symbol('limit-count quota');

  function tell(ctx: RequestContext, demand: Demand, { remaining, resetSeconds }: WindowState): void {
    const left = Math.max(0, remaining);
    const reset = Math.round(resetSeconds * 100) / 100;
    ctx.setVariable('rate_limiting_info', describeLimit(demand, left, reset));
    if (!config.show_limit_quota_header) return;
    const lines = (ctx.state.get(quota) ?? []) as string[];
    const { limit, remaining: rest, reset: end } = demand.headers;
    lines.push(limit, String(demand.count), rest, String(left), end, String(reset));
    ctx.state.set(quota, lines);
  }

  return {
    access(ctx) {
      let isCounted = false;
      for (const demandOf of limits) {
        const demand = demandOf(ctx);
        if (demand === undefined) continue;
        isCounted = true;
        const state = hit(demand, ctx.isRehearsal);
        tell(ctx, demand, state);
        if (state.remaining < 0) return refusal;
      }
      return isCounted ? undefined : uncounted;
    },

    responseHeader(ctx) {
      const lines = (ctx.state.get(quota) ?? []) as readonly string[];
      for (let i = 0; i + 1 < lines.length; i += 2) ctx.response.headers.set(lines[i] ?? '', lines[i + 1] ?? '');
    },
  };
});

function describeLimit({ key, count }: Demand, remaining: number, reset: number): string {
  return (
    `{"rate_limiting_key":${JSON.stringify(key)},"rate_limiting_limit":${count},` +
    `"rate_limiting_remaining":${remaining},"rate_limiting_reset":${reset}}`
  );
}
