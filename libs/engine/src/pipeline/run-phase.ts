import { type MaybeReply, type Observe, Refusal, type Reply, reply } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import type { Step, Steps } from './chain.ts';

const internalError = reply(500);

/**
 * Runs a phase until a plugin answers, or nobody is left to be answered. Returns a plain value unless a plugin really waits.
 */
export function runPhase(steps: Steps<MaybeReply> | null, exchange: Exchange, from = 0): MaybeReply {
  if (steps === null) return undefined;
  for (let i = from; i < steps.length; i += 1) {
    const step = steps[i] as Step<MaybeReply>;
    if (exchange.skipped !== null && exchange.skipped.has(step.plugin)) continue;
    const result = attempt(step, exchange);
    if (result === undefined) continue;
    if (!(result instanceof Promise)) return result;
    return result.then(
      (answer) => answer ?? (exchange.isOver ? undefined : runPhase(steps, exchange, i + 1)),
      (error: unknown) => broken(step, exchange, error),
    );
  }
  return undefined;
}

/** A plugin that throws has not decided anything, so nothing may pass. */
function attempt(step: Step<MaybeReply>, exchange: Exchange): MaybeReply {
  try {
    return step.run(exchange);
  } catch (error) {
    return broken(step, exchange, error);
  }
}

function broken(step: Step<unknown>, exchange: Exchange, error: unknown): Reply {
  if (error instanceof Refusal) return error.reply;
  logFailure(step, exchange, error);
  return internalError;
}

/** Runs a phase of onlookers, all of them, whatever one does. Resolves to false (or returns it) where one failed. */
export function runObservers(steps: Steps<Observe> | null, exchange: Exchange, from = 0): boolean | Promise<boolean> {
  if (steps === null) return true;
  let isSound = true;
  for (let i = from; i < steps.length; i += 1) {
    const step = steps[i] as Step<Observe>;
    if (exchange.skipped !== null && exchange.skipped.has(step.plugin)) continue;
    try {
      const result = step.run(exchange);
      if (result instanceof Promise) return restAfter(result, steps, exchange, i);
    } catch (error) {
      logFailure(step, exchange, error);
      isSound = false;
    }
  }
  return isSound;
}

async function restAfter(
  waiting: Promise<void>,
  steps: Steps<Observe>,
  exchange: Exchange,
  at: number,
): Promise<boolean> {
  let isSound = true;
  try {
    await waiting;
  } catch (error) {
    logFailure(steps[at] as Step<Observe>, exchange, error);
    isSound = false;
  }
  return (await runObservers(steps, exchange, at + 1)) && isSound;
}

/** Says which plugin failed on which request; never what the request carried. */
export function logFailure(step: Step<unknown>, exchange: Exchange, error: unknown): void {
  const { log } = exchange.gateway;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('a plugin failed', {
    plugin: step.plugin,
    request_id: exchange.id,
    route: exchange.route?.id,
    error: detail,
  });
}
