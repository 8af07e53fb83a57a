import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { Loaded } from '@sluice/plugin-kit';

type Decoder = (data: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', promisify(gunzip) as Decoder],
  ['br', promisify(brotliDecompress) as Decoder],
  ['deflate', promisify(inflate) as Decoder],
  ['zstd', promisify(zstdDecompress) as Decoder],
]);

/** Whether a body of this content coding can be unpacked; one without a coding needs not be. */
export function isReadable(coding: string | undefined): boolean {
  return coding === undefined || coding === 'identity' || decoders.has(coding);
}

/** Unpacks a body of a content coding that is readable. Rejects beyond `bytesMax`, and where it is not what it says. */
export function unpackBody(body: Uint8Array, coding: string | undefined, bytesMax: number): Loaded<Uint8Array> {
  const decode = coding === undefined ? undefined : decoders.get(coding);
  return decode ? decode(body, { maxOutputLength: bytesMax }) : body;
}
