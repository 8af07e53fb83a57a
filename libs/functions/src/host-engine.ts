// The one place that may: no text from the configuration is ever run by it.
// oxlint-disable-next-line no-restricted-imports
import { Script } from 'node:vm';

/** What is wrong with the syntax of a text; undefined for nothing. It is parsed and never run. */
export function syntaxProblem(text: string): string | undefined {
  try {
    return void new Script(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

const watched: { run: () => unknown } = { run: () => undefined };
// Reads what to run from a place of ours: the text of this script never changes.
const key = Symbol.for('sluice.functions.watched');
const script = new Script(`globalThis[Symbol.for('sluice.functions.watched')].run()`);

/**
 * Runs a function of ours under the engine's watchdog, which also stops WebAssembly in the middle of an instruction that
 * never comes back. A thread is made for every call, so this is for calls that are not trusted yet.
 */
export function runWatched<T>(run: () => T, timeoutMs: number): T {
  Object.defineProperty(globalThis, key, { value: watched, configurable: true });
  watched.run = run;
  return script.runInThisContext({ timeout: timeoutMs }) as T;
}
