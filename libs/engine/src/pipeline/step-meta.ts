import { compileExpression, type Expression } from '@sluice/expr';
import { type MaybeReply, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import type { PluginMeta } from '@sluice/schema';
import type { PreFunction } from './pre-function.ts';

/** `_meta` of a plugin's configuration, compiled. */
export interface StepMeta {
  readonly isDisabled: boolean;
  /** Overrides the plugin's own place in the order. */
  readonly priority: number | undefined;
  readonly filter: Expression | undefined;
  /** Body in place of the plugin's own when it refuses. */
  readonly errorBody: string | object | undefined;
  /** Runs before each phase. */
  readonly preFunction: PreFunction | undefined;
  /** Under this key a request remembers what the filter said. */
  readonly filterKey: symbol;
}

/** Compiles `_meta`, which may be absent. */
export function stepMeta(meta: PluginMeta | undefined, before?: PreFunction): StepMeta {
  return {
    isDisabled: meta?.disable === true,
    priority: meta?.priority,
    filter: meta?.filter && compileExpression(meta.filter),
    errorBody: meta?.error_response,
    preFunction: before,
    filterKey: Symbol('filter'),
  };
}

/** The hook, but only for requests that the filter lets through. The first answer of the filter holds for all phases. */
export function withFilter<R>(run: (ctx: RequestContext) => R, { filter, filterKey }: StepMeta) {
  if (!filter) return run;
  return (ctx: RequestContext): R | undefined => {
    let passes = ctx.state.get(filterKey);
    if (passes === undefined) ctx.state.set(filterKey, (passes = filter.test(ctx)));
    return passes ? run(ctx) : undefined;
  };
}

/** The hook, with the configured body in place of its own when it refuses. */
export function withErrorBody(run: (ctx: RequestContext) => MaybeReply, { errorBody }: StepMeta) {
  if (errorBody === undefined) return run;
  const replaced = (answer: Reply | undefined): Reply | undefined =>
    answer && answer.status >= 400 ? reply(answer.status, errorBody, answer.headers) : answer;
  return (ctx: RequestContext): MaybeReply => {
    const answer = run(ctx);
    return answer instanceof Promise ? answer.then(replaced) : replaced(answer);
  };
}
