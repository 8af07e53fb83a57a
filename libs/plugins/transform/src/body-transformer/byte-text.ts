import { isUtf8 } from 'node:buffer';

/** Bytes that are no text stand in a text as these characters, which no text has. */
const byteBase = 0xdc00;

/** Bytes as a text. Those that are no UTF-8 survive the way through a text and back. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isUtf8(buffer)) return buffer.toString();
  return buffer
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (char) => String.fromCharCode(byteBase + char.charCodeAt(0)));
}

/** A text as bytes, with those that were none. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const pieces = text.split(/([\udc80-\udcff]+)/u);
  return Buffer.concat(
    pieces.map((piece, i) =>
      i % 2 === 0 ? Buffer.from(piece) : Buffer.from(Array.from(piece, (char) => char.charCodeAt(0) - byteBase)),
    ),
  );
}
