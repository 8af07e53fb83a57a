import { brotliDecompressSync, constants, gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib';
import type { BodyCapture } from '@sluice/plugin-kit';

/** What a compressed body may become: a small one could be made to fill the memory. */
const bytesMax = 1024 * 1024;
/** The beginning of a body is as good as all of it. */
const flate: ZlibOptions = { maxOutputLength: bytesMax, finishFlush: constants.Z_SYNC_FLUSH };

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gunzipSync(bytes, flate),
  'x-gzip': (bytes) => gunzipSync(bytes, flate),
  deflate: (bytes) => inflateSync(bytes, flate),
  br: (bytes) =>
    brotliDecompressSync(bytes, { maxOutputLength: bytesMax, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

/** What was kept of a body as text, decompressed where that is possible; undefined for none. */
export function bodyText(body: BodyCapture | undefined, encoding?: string): string | undefined {
  if (body === undefined || body.total === 0) return undefined;
  const bytes = body.bytes();
  return Buffer.from(encoding === undefined ? bytes : decoded(bytes, encoding)).toString();
}

function decoded(bytes: Uint8Array, encoding: string): Uint8Array {
  const name = encoding.trim().toLowerCase();
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  try {
    const text = decode?.(bytes) ?? bytes;
    // What is no Brotli may be read as nothing at all.
    return text.length > 0 ? text : bytes;
  } catch {
    // Not what the header says, or more than is wanted: the bytes as they are say more than nothing.
    return bytes;
  }
}
