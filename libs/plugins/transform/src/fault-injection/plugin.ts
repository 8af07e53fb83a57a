import { randomInt } from 'node:crypto';
import { definePlugin, type Kit, type MaybeReply, reply, type RequestContext, waitFor } from '@sluice/plugin-kit';
import type { HeaderMap } from '../shared/header-map.schema.ts';
import { headerTemplates } from '../shared/header-template.ts';
import { faultInjectionSchema } from './schema.ts';

const PERCENT = 100;

/** Whether a request is hit. */
type Condition = (ctx: RequestContext) => boolean;

/** Breaks on purpose what should not break by surprise: first the delay, then the answer. */
export const faultInjection = definePlugin(faultInjectionSchema, ({ abort, delay }, kit) => {
  const isDelayed = delay && conditionOf(delay, kit);
  const waitMs = delay ? delay.duration * 1000 : 0;
  const isAborted = abort && conditionOf(abort, kit);
  const answer = abort && answerOf(abort, kit);

  const aborted = (ctx: RequestContext): MaybeReply => (isAborted?.(ctx) ? answer?.(ctx) : undefined);

  return {
    rewrite(ctx) {
      if (!isDelayed?.(ctx) || ctx.isRehearsal) return aborted(ctx);
      return waitFor(waitMs, ctx.signal).then(() => aborted(ctx));
    },
  };
});

interface When {
  readonly percentage?: number | undefined;
  readonly vars?: readonly (readonly unknown[])[] | undefined;
}

function conditionOf({ percentage = PERCENT, vars }: When, kit: Pick<Kit, 'expression'>): Condition {
  const expressions = vars?.map((rules) => kit.expression(rules));
  const holds: Condition = (ctx) => expressions === undefined || expressions.some((expression) => expression(ctx));
  return (ctx) => holds(ctx) && (percentage >= PERCENT || randomInt(PERCENT) < percentage);
}

interface Abort {
  readonly http_status: number;
  readonly body?: string | undefined;
  readonly headers?: HeaderMap | undefined;
}

function answerOf({ http_status: status, body, headers = {} }: Abort, { template }: Pick<Kit, 'template'>) {
  // Without a body the answer is the page of the status.
  const text = body === undefined ? () => null : template(body);
  const lines = headerTemplates(headers, template);
  return (ctx: RequestContext) => reply(status, text(ctx), lines(ctx));
}
