/** Thrown for text or a value that is not strict JSON; the message names line, column and, where there is one, the key. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}
