import { hash } from 'node:crypto';

/** What a key is known by: nobody finds two keys of the same. Eight words of 32 bits, and their text. */
export interface KeyDigest {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/** The last key: a request that misses asks several times for one and the same. */
let last: { readonly key: string; readonly digest: KeyDigest } | undefined;

/** SHA-256 of a key. Clients choose parts of keys, and must not be able to make two fall together. */
export function digestOf(key: string): KeyDigest {
  if (last?.key !== key) last = { key, digest: ofBytes(hash('sha256', key, 'buffer')) };
  return last.digest;
}

/** The digest whose beginning is the name of a file; enough to find the file, not to know its key. */
export function digestOfName(name: string): KeyDigest {
  return ofBytes(Buffer.concat([Buffer.from(name, 'hex')], 32));
}

/** The name of the file that keeps what is known by a digest: its first 16 bytes in hexadecimal. */
export function nameOf({ bytes }: KeyDigest): string {
  return bytes.toString('hex', 0, 16);
}

function ofBytes(bytes: Buffer): KeyDigest {
  const words = new Uint32Array(8);
  for (let i = 0; i < 8; i += 1) words[i] = bytes.readUInt32LE(i * 4);
  return { bytes, words };
}
