import { FunctionError, SandboxedFunction } from '@sluice/functions';
import type { Log, RequestContext, RequestPhase } from '@sluice/plugin-kit';

const limits = { timeoutMs: 50, memoryMiB: 16 };

/** Runs before each phase of a plugin. */
export type PreFunction = (ctx: RequestContext) => void | Promise<void>;

/**
 * `_meta.pre_function` of a plugin: gets the plugin's configuration, and sees the request as `vars`. The fields of an object
 * that it gives back become variables of the request. Where it fails, the plugin runs all the same, and the log says so.
 */
export function preFunction(source: string, config: object, plugin: string, log: Log): PreFunction {
  const sandboxed = new SandboxedFunction(source, limits);
  const call = (ctx: RequestContext): void => {
    try {
      const made = sandboxed.call([config], { value: (name) => ctx.variable(name) });
      if (typeof made !== 'object' || made === null) return;
      for (const [name, value] of Object.entries(made)) ctx.setVariable(name, String(value));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      log.error('a function before a plugin failed', { plugin, request_id: ctx.id, error: error.message });
    }
  };
  return (ctx) => (sandboxed.isReady ? call(ctx) : sandboxed.ready().then(() => call(ctx)));
}

/** The hook, after the function. A body's transform is asked for at once, so there a function that is not ready is left out. */
export function withPreFunction<R>(
  run: (ctx: RequestContext) => R,
  before: PreFunction | undefined,
  phase: RequestPhase,
): (ctx: RequestContext) => R | Promise<Awaited<R>> {
  if (before === undefined) return run;
  return (ctx) => {
    const waiting = before(ctx);
    return waiting instanceof Promise && phase !== 'responseBody'
      ? waiting.then(() => run(ctx) as Awaited<R>)
      : run(ctx);
  };
}
