/** The provider cannot be asked, or says no. The message is safe to log: it holds no token, code or secret. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  /** Whether asking again later may help: there was no answer, or one that only speaks of the provider's own trouble. */
  readonly isAway: boolean;

  constructor(message: string, isAway: boolean, cause?: unknown) {
    super(message, { cause });
    this.isAway = isAway;
  }
}

/** Whether the provider is away, be it said by somebody else's error about it. */
export function isAway(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    if (cause instanceof ProviderError) return cause.isAway;
    cause = cause.cause;
  }
  return false;
}

/** What can be logged of an error: the library's own words and the provider's code, never what a message of it repeats. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { error: code } = error as { error?: unknown };
  const words = typeof code === 'string' ? `${error.message} (${code.slice(0, 100)})` : error.message;
  // The words of the JSON parser quote what it was given.
  const hasReason = error.cause instanceof Error && !(error.cause instanceof SyntaxError);
  const cause = hasReason ? `: ${reasonOf(error.cause)}` : '';
  return `${words}${cause}`;
}
