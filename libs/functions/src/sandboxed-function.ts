import { FunctionError } from './function-error.ts';
import { functionExpression } from './function-source.ts';
import { runWatched } from './host-engine.ts';
import { type FunctionLimits, type FunctionVariables, Sandbox } from './sandbox.ts';
import { keepWarm } from './warm-sandboxes.ts';

/** Calls under the watchdog before a function counts as quick, and again after each one that was slow. */
const watchedCalls = 3;
/** A call is slow beyond this part of its time limit. */
const slowPart = 0.2;
/** After so many failures in a row, a function is left alone for so many times what the last one took. */
const failuresMax = 3;
const restFactor = 20;
/**
 * The interpreter ends most calls by itself, which it survives. The watchdog gives it so many times the time limit, because
 * it knows nothing but the clock: on a busy machine a thread waits long without having done anything.
 */
const watchFactor = 20;

/**
 * A function from the configuration. It runs in an interpreter of its own, made when it is first needed, which it cannot
 * leave; a call that takes too long or too much is ended and throws. One that keeps failing rests for a while.
 */
export class SandboxedFunction {
  readonly #source: string;
  readonly #limits: FunctionLimits;
  #sandbox: Sandbox | null = null;
  #opening: Promise<void> | null = null;
  /** Why the interpreter could not be made. */
  #broken: FunctionError | null = null;
  #watched = watchedCalls;
  #failures = 0;
  #restsUntilMs = 0;

  /** The source is read when the function is first needed; `compileFunction` reads it at once. */
  constructor(source: string, limits: FunctionLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  /** Whether `call` and `test` can be used. They throw what is wrong where the function could not be made. */
  get isReady(): boolean {
    return this.#sandbox !== null || this.#broken !== null;
  }

  /** Makes the interpreter. Resolves also where that fails: the next call says why. */
  ready(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return (this.#opening ??= this.#open());
  }

  /** The function's result for arguments that JSON can say; it finds the variables as `vars`. Throws a FunctionError. */
  call(args: readonly unknown[], variables: FunctionVariables | null = null): unknown {
    const { timeoutMs } = this.#limits;
    return this.#guarded((sandbox) => sandbox.call(args, variables, timeoutMs));
  }

  /** Whether the function says yes to the variables, which are its only argument. Throws a FunctionError. */
  test(variables: FunctionVariables): boolean {
    const { timeoutMs } = this.#limits;
    return this.#guarded((sandbox) => sandbox.test(variables, timeoutMs));
  }

  /** Gives the interpreter's memory back; a later call needs `ready` again. */
  dispose(): void {
    this.#sandbox = null;
    this.#opening = null;
  }

  async #open(): Promise<void> {
    try {
      this.#sandbox = await Sandbox.open(functionExpression(this.#source), this.#limits);
      keepWarm(this);
    } catch (error) {
      const failure =
        error instanceof FunctionError ? error : new FunctionError('source', `cannot be run: ${String(error)}`);
      // What a machine without time or memory refused, it may allow the next time.
      this.#broken = failure.failure === 'timeout' || failure.failure === 'memory' ? null : failure;
    }
    this.#opening = null;
  }

  #guarded<T>(run: (sandbox: Sandbox) => T): T {
    const sandbox = this.#sandbox;
    if (this.#broken !== null) throw this.#broken;
    if (sandbox === null) throw new FunctionError('resting', 'is not loaded');
    const began = performance.now();
    if (began < this.#restsUntilMs) throw new FunctionError('resting', 'failed repeatedly and rests');
    try {
      const result = this.#watched > 0 ? this.#underWatch(() => run(sandbox)) : run(sandbox);
      this.#failures = 0;
      return result;
    } catch (error) {
      throw this.#failed(error, performance.now() - began);
    } finally {
      if (performance.now() - began > this.#limits.timeoutMs * slowPart) this.#watched = watchedCalls + 1;
      if (this.#watched > 0) this.#watched -= 1;
    }
  }

  #underWatch<T>(run: () => T): T {
    return runWatched(run, this.#limits.timeoutMs * watchFactor);
  }

  #failed(error: unknown, tookMs: number): FunctionError {
    const failure = error instanceof FunctionError ? error : this.#lost(error);
    if (failure.failure === 'threw') return failure;
    this.#failures += 1;
    if (this.#failures >= failuresMax) {
      this.#failures = 0;
      this.#restsUntilMs = performance.now() + Math.max(tookMs, this.#limits.timeoutMs) * restFactor;
    }
    return failure;
  }

  /** The interpreter itself was stopped or broke: what it holds cannot be relied on. */
  #lost(error: unknown): FunctionError {
    this.dispose();
    const isTimeout = error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    if (isTimeout) return new FunctionError('timeout', 'ran too long');
    const isStack = error instanceof RangeError;
    return new FunctionError(isStack ? 'memory' : 'threw', isStack ? 'used too much stack' : 'broke its interpreter');
  }
}

/** Reads the source of a function. Throws a FunctionError that says what is wrong with it; nothing is run yet. */
export function compileFunction(source: string, limits: FunctionLimits): SandboxedFunction {
  functionExpression(source);
  return new SandboxedFunction(source, limits);
}
