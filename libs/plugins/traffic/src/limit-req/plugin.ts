import { RedisCounters } from '@sluice/counters';
import {
  type BucketState,
  definePlugin,
  type MaybeReply,
  type RequestContext,
  reply,
  waitFor,
} from '@sluice/plugin-kit';
import { counterScope } from '../shared/counter-scope.ts';
import { redisOf } from '../shared/redis-of.ts';
import { keyOf } from '../shared/request-values.ts';
import { whenAway } from '../shared/when-away.ts';
import { limitReqSchema } from './schema.ts';

/** A timer cannot wait for less. */
const DELAY_SECONDS_MIN = 0.001;

/** Lets requests pass at a steady rate. */
export const limitReq = definePlugin(limitReqSchema, (config, kit) => {
  const { rate, burst, nodelay: isUndelayed, rejected_code: status, rejected_msg: message } = config;
  const scope = counterScope('limit-req', config, kit.owner);
  const key = keyOf(config, kit.template);
  const redis = redisOf(config, kit);
  const counters = redis ? new RedisCounters(redis) : kit.counters;
  const refusal = reply(status, message === undefined ? null : { error_msg: message });
  const away = whenAway(config, kit, 'limit-req', config.allow_degradation ? undefined : reply(500));

  function settle(ctx: RequestContext, { remaining, delaySeconds }: BucketState): MaybeReply {
    // Explaining takes nothing, so that there must be room for one.
    if (ctx.isRehearsal) return remaining < 1 ? refusal : undefined;
    if (remaining < 0) return refusal;
    if (isUndelayed || delaySeconds < DELAY_SECONDS_MIN) return undefined;
    return waitFor(delaySeconds * 1000, ctx.signal).then(() => undefined);
  }

  return {
    access(ctx) {
      const state = counters.hitBucket(scope + key(ctx), rate, burst, ctx.isRehearsal ? 0 : 1);
      if (!(state instanceof Promise)) return settle(ctx, state);
      return state.then((known) => settle(ctx, known), away);
    },

    dispose: () => redis?.close(),
  };
});
