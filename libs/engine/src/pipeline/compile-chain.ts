import { type Hooks, type RequestContext, type RequestPhase, requestPhases } from '@sluice/plugin-kit';
import { Chain, emptyChain, type PhaseSteps, type Step } from './chain.ts';
import type { PluginInstance } from './plugin-instance.ts';
import { withPreFunction } from './pre-function.ts';
import { withErrorBody, withFilter } from './step-meta.ts';

/** Lays plugins out as one array per phase, sorted by priority. `rewriteOnly` limits that phase to plugins of these names. */
export function compileChain(instances: readonly PluginInstance[], rewriteOnly?: ReadonlySet<string>): Chain {
  const enabled = instances.filter(({ meta }) => !meta.isDisabled);
  if (enabled.length === 0) return emptyChain.retain();
  const sorted = enabled.toSorted((a, b) => priorityOf(b) - priorityOf(a));
  const phases = requestPhases.map((phase) => {
    const taking = phase === 'rewrite' && rewriteOnly ? sorted.filter(({ name }) => rewriteOnly.has(name)) : sorted;
    const steps = taking.flatMap((instance) => stepOf(instance, phase));
    return [phase, steps.length === 0 ? null : steps];
  });
  // Each phase's steps were made by `stepOf` from the hook of that phase, which the record cannot express.
  return new Chain(Object.fromEntries(phases) as PhaseSteps, sorted);
}

function priorityOf({ meta, schema }: PluginInstance): number {
  return meta.priority ?? schema.priority;
}

function stepOf(instance: PluginInstance, phase: RequestPhase): Step<unknown>[] {
  const hook = instance.hooks[phase];
  if (!hook) return [];
  // The registry has bound it; a second time would cost a call.
  const run = hook as (ctx: RequestContext) => never;
  const answering = mayAnswer(phase) ? withErrorBody(run, instance.meta) : run;
  const prepared = withPreFunction(answering as (ctx: RequestContext) => unknown, instance.meta.preFunction, phase);
  const filterKey = instance.meta.filter ? instance.meta.filterKey : null;
  return [{ plugin: instance.name, filterKey, run: withFilter(prepared, instance.meta) }];
}

function mayAnswer(phase: keyof Hooks): boolean {
  return phase === 'rewrite' || phase === 'access' || phase === 'beforeProxy';
}
