/** Why a function gave no result: its text is no function, it threw, or it took more time or memory than it may. */
export type FunctionFailure = 'source' | 'threw' | 'timeout' | 'memory' | 'resting';

/** A function from the configuration that gave no result. The message is safe to log: it never repeats arguments. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly failure: FunctionFailure;

  constructor(failure: FunctionFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
