const headBytes = 5;

/** A message as gRPC sends it: a byte that says it is not compressed, its length, itself. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, headBytes);
  return frame;
}

/** The one message of a body; undefined where it is not exactly one, or compressed, which nobody asked for. */
export function messageOf(body: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const isWhole = bytes.length >= headBytes && bytes[0] === 0 && bytes.readUInt32BE(1) === bytes.length - headBytes;
  return isWhole ? bytes.subarray(headBytes) : undefined;
}
