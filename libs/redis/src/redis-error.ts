/**
 * Redis cannot be asked, or refuses. The message is safe to log: it holds no command, and so no key, value or password. (The
 * text of a refusal is left out as well: that of an unknown command repeats its arguments.)
 */
export class RedisError extends Error {
  override readonly name = 'RedisError';
  /** The first word of what Redis said, such as `WRONGPASS`; undefined where it said nothing. */
  readonly code: string | undefined;
  /** Where Redis sends a client that has come to the wrong node of a cluster. */
  readonly target: string | undefined;

  constructor(message: string, code?: string, target?: string) {
    super(message);
    this.code = code;
    this.target = target;
  }
}

/** Makes an error of what the server at `where` said. */
export function refusedBy(where: string, said: string): RedisError {
  const [code = 'ERR', , address] = said.split(' ', 3);
  const isRedirection = code === 'MOVED' || code === 'ASK';
  return new RedisError(`Redis at ${where} answers with ${code}.`, code, isRedirection ? address : undefined);
}
