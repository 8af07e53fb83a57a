/** A schema that cannot be used; the message says why. */
export class JsonSchemaError extends Error {
  override readonly name = 'JsonSchemaError';
}
