import { type AnyPlugin, type Hooks, type RequestContext, type RequestPhase, requestPhases } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';

/** A plugin that tells what becomes of it. */
export interface WatchedPlugin {
  readonly plugin: AnyPlugin;
  /** One for each configuration, in the order in which they were set up. */
  readonly setups: readonly WatchedSetup[];
  /** Runs of all hooks of all configurations. */
  readonly runCount: number;
  forget(): void;
}

/** One configuration of a watched plugin. */
export interface WatchedSetup {
  /** The phases in which it acts. */
  readonly phases: readonly string[];
  /** Phases in the order in which they ran. */
  readonly runs: readonly string[];
  /** Statuses of the answers that it gave itself. */
  readonly answers: ReadonlySet<number>;
  readonly disposals: number;
}

/** For `expect.poll` of what a plugin did: a busy machine runs late what comes after the answer. */
export const patience = { timeout: 10_000 };

/** The same plugin, with an ear on each hook. `told` hears each phase as it begins. */
export function watched(plugin: AnyPlugin, told: (phase: string) => void = () => undefined): WatchedPlugin {
  const setups: { phases: string[]; runs: string[]; answers: Set<number>; disposals: number }[] = [];
  return {
    setups,
    get runCount() {
      return setups.reduce((sum, { runs }) => sum + runs.length, 0);
    },
    forget: () => void setups.splice(0),
    plugin: {
      ...plugin,
      setup(config, kit) {
        const hooks = plugin.setup(config, kit);
        const phases = requestPhases.filter((phase) => hooks[phase] !== undefined);
        const seen = { phases, runs: [] as string[], answers: new Set<number>(), disposals: 0 };
        setups.push(seen);
        const heard: Ear = {
          begins(phase) {
            seen.runs.push(phase);
            told(phase);
          },
          answers: (status) => void seen.answers.add(status),
        };
        return { ...listened(hooks, phases, heard), dispose: () => ((seen.disposals += 1), hooks.dispose?.()) };
      },
    },
  };
}

interface Ear {
  begins(phase: RequestPhase): void;
  answers(status: number): void;
}

/** Only the hooks that are there: an empty phase stays empty. */
function listened(hooks: Hooks, phases: readonly RequestPhase[], ear: Ear): Hooks {
  return Object.fromEntries(phases.map((phase) => [phase, listenedHook(hooks, phase, ear)])) as Hooks;
}

function listenedHook(hooks: Hooks, phase: RequestPhase, ear: Ear): (ctx: RequestContext) => unknown {
  const hear = (result: unknown): unknown => {
    if (isJsonObject(result) && typeof result['status'] === 'number') ear.answers(result['status']);
    return result;
  };
  return (ctx) => {
    ear.begins(phase);
    const result: unknown = hooks[phase]?.(ctx);
    return result instanceof Promise ? result.then(hear) : hear(result);
  };
}
