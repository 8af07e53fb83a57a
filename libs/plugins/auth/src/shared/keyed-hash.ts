import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** Bytes of a block of each hash (RFC 6234). */
const blockBytes: Readonly<Record<string, number>> = { sha256: 64, sha384: 128, sha512: 128 };

/** Longer texts are rare, and then what this saves does not count. */
const textBytesMax = 4096;

/** Whether a signature is the HMAC of a text of Latin characters. */
export type KeyedHashCheck = (text: string, signature: Uint8Array) => boolean;

/**
 * HMAC (RFC 2104) by a key that is used again and again. It is made of two hashes at once: an `Hmac` of Node is an object
 * outside of the heap for each text, whose making and cleaning up takes three times as long as the hashes.
 */
export function keyedHashCheck(algorithm: string, key: Uint8Array): KeyedHashCheck {
  const block = blockBytes[algorithm] ?? unknown(algorithm);
  const short = key.length > block ? hash(algorithm, key, 'buffer') : key;
  const inner = Buffer.alloc(block + textBytesMax);
  const digestBytes = hash(algorithm, '', 'buffer').length;
  const outer = Buffer.alloc(block + digestBytes);
  for (let at = 0; at < block; at += 1) {
    inner[at] = (short[at] ?? 0) ^ 0x36;
    outer[at] = (short[at] ?? 0) ^ 0x5c;
  }
  const expected = Buffer.alloc(digestBytes);

  function digest(text: string): void {
    if (text.length > textBytesMax) {
      createHmac(algorithm, key).update(text, 'latin1').digest().copy(expected);
      return;
    }
    const end = block + inner.write(text, block, 'latin1');
    outer.write(hash(algorithm, inner.subarray(0, end), 'hex'), block, 'hex');
    expected.write(hash(algorithm, outer, 'hex'), 'hex');
  }

  return (text, signature) => {
    digest(text);
    return signature.length === digestBytes && timingSafeEqual(signature, expected);
  };
}

function unknown(algorithm: string): never {
  throw new Error(`The blocks of ${algorithm} are not known.`);
}
