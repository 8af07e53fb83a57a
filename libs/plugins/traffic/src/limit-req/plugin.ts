import { definePlugin, type MaybeReply, type RequestContext, reply, waitFor } from '@sluice/plugin-kit';
import { counterScope } from '../shared/counter-scope.ts';
import { keyOf } from '../shared/request-values.ts';
import { limitReqSchema } from './schema.ts';

/** A timer cannot wait for less. */
const DELAY_SECONDS_MIN = 0.001;

/** Lets requests pass at a steady rate. */
export const limitReq = definePlugin(limitReqSchema, (config, kit) => {
  const { rate, burst, nodelay: isUndelayed, rejected_code: status, rejected_msg: message } = config;
  const scope = counterScope('limit-req', config, kit.owner);
  const key = keyOf(config, kit.template);
  const { counters } = kit;
  const refusal = reply(status, message === undefined ? null : { error_msg: message });

  function rehearse(ctx: RequestContext): MaybeReply {
    return counters.hitBucket(scope + key(ctx), rate, burst, 0).remaining < 1 ? refusal : undefined;
  }

  return {
    access(ctx) {
      if (ctx.isRehearsal) return rehearse(ctx);
      const { remaining, delaySeconds } = counters.hitBucket(scope + key(ctx), rate, burst, 1);
      if (remaining < 0) return refusal;
      if (isUndelayed || delaySeconds < DELAY_SECONDS_MIN) return undefined;
      return waitFor(delaySeconds * 1000, ctx.signal).then(() => undefined);
    },
  };
});
