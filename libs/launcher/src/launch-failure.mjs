/** A failure that the user can act on: printed without a stack trace, with what to do about it. */
export class LaunchFailure extends Error {
  /**
   * @param {string} message what went wrong, in one sentence
   * @param {{ hint?: string, output?: string, cause?: unknown }} [more] what to do, and the last output of what failed
   */
  constructor(message, { hint = '', output = '', cause } = {}) {
    super(message, { cause });
    this.name = 'LaunchFailure';
    this.hint = hint;
    this.output = output;
  }
}

/**
 * The text that the console shows for any error: friendly for ours, with a stack for a surprise.
 * @param {unknown} error
 * @returns {string}
 */
export function describeFailure(error) {
  if (!(error instanceof LaunchFailure)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const output = error.output.trimEnd();
  const parts = [error.message];
  if (output) parts.push('', ...output.split('\n').map((line) => `    ${line}`));
  if (error.hint) parts.push('', error.hint);
  return parts.join('\n');
}
