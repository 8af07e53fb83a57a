/** The peer does not speak HTTP as it must. The message never repeats what it said. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
