/** Exit statuses; scripts depend on them. */
export const exitStatus = {
  done: 0,
  /** The control plane refused, or something else failed. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** The control plane does not answer. */
  unreachable: 3,
  /** Not signed in, or not allowed. */
  forbidden: 4,
  /** There are differences, where that was the question. */
  different: 5,
} as const;

/** Ends the program with a message for a person and a status for a script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly status: number;
  readonly details: readonly string[];

  constructor(message: string, status: number = exitStatus.failed, details: readonly string[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** A command line that makes no sense. */
export function usageError(message: string, ...details: readonly string[]): CliError {
  return new CliError(message, exitStatus.usage, details);
}
