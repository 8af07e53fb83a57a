import type { PluginStep } from '@sluice/schema';
import type { RequestContext, RequestPhase } from '@sluice/plugin-kit';
import { Chain, type PhaseSteps, type Step } from '../pipeline/chain.ts';

/** Takes down what a plugin did. */
export type StepRecorder = (step: PluginStep) => void;

/** The chain with each of its steps watched. It holds no plugins: whoever made it keeps the original. */
export function tracedChain(chain: Chain, scope: PluginStep['scope'], record: StepRecorder): Chain {
  const traced = (phase: RequestPhase): Step<unknown>[] | null =>
    chain[phase]?.map((step) => tracedStep(step, phase, (entry) => record({ ...entry, scope }))) ?? null;
  const phases = {
    rewrite: traced('rewrite'),
    access: traced('access'),
    beforeProxy: traced('beforeProxy'),
    responseHeader: traced('responseHeader'),
    responseBody: traced('responseBody'),
    log: traced('log'),
  };
  // Each step gives what the step that it watches gives, which the common type cannot say.
  return new Chain(phases as PhaseSteps, []);
}

function tracedStep(
  step: Step<unknown>,
  phase: RequestPhase,
  record: (entry: Omit<PluginStep, 'scope'>) => void,
): Step<unknown> {
  const { plugin, filterKey } = step;
  return {
    plugin,
    filterKey,
    run(ctx: RequestContext) {
      const began = performance.now();
      const note = (decision: PluginStep['decision'], status: number | null = null): void =>
        record({ plugin, phase, decision, status, ms: performance.now() - began });
      const settled = (result: unknown): unknown => {
        if (filterKey !== null && ctx.state.get(filterKey) === false) note('filtered');
        else if (phase === 'responseBody') note(result === undefined ? 'passed' : 'transforms');
        else if (result === undefined) note('passed');
        else note('answered', (result as { status: number }).status);
        return result;
      };
      const failed = (error: unknown): never => {
        note('failed');
        throw error;
      };
      try {
        const result = step.run(ctx);
        return result instanceof Promise ? result.then(settled, failed) : settled(result);
      } catch (error) {
        return failed(error);
      }
    },
  };
}
