/** A body that cannot be read; the message says why. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}
