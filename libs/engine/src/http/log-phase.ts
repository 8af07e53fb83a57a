import { runObservers } from '../pipeline/run-phase.ts';
import type { Exchange } from './exchange.ts';

/** Runs the plugins' `log`, the global ones first, and then lets go of everything that the exchange held. */
export function runLog(exchange: Exchange): void {
  const { chain, globalChain } = exchange;
  if (globalChain.log === null && chain.log === null) return release(exchange);
  const first = runObservers(globalChain.log, exchange);
  const waiting =
    first instanceof Promise ? first.then(() => runObservers(chain.log, exchange)) : runObservers(chain.log, exchange);
  if (waiting instanceof Promise) void waiting.then(() => release(exchange));
  else release(exchange);
}

/** Nothing uses the exchange any more: its chains may go, and what plugins left for the end runs. */
export function release(exchange: Exchange): void {
  const { chain, globalChain, sideWork, trace } = exchange;
  chain.release();
  globalChain.release();
  if (trace !== null) trace.finish(exchange);
  if (sideWork !== null) void sideWork.runTasks(exchange.gateway.log, exchange.id);
}
