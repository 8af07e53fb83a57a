import { createHash, hash as hashOf } from 'node:crypto';

const digestBytes = 32;
const words = digestBytes / Uint32Array.BYTES_PER_ELEMENT;

/**
 * The hash of one resource: SHA-256(kind NUL id NUL canonical bytes), secrets in plain. It is never shown for resources
 * that hold secrets: whoever sees it could try guesses against it.
 */
export function elementHash(kind: string, id: string, body: Uint8Array): Uint8Array {
  const name = `${kind}\0${id}\0`;
  // By way of text, which ends in memory that many small buffers share: each digest of its own would be an allocation
  // outside the heap, and 100,000 of them leave it in pieces.
  return Buffer.from(digestText(name, body), 'latin1');
}

/** One call for what is small enough to be put together: an object for each hash would cost more than the hash. */
function digestText(name: string, body: Uint8Array): string {
  // A character takes three bytes at most.
  if (name.length * 3 + body.length > together.length)
    return createHash('sha256').update(name).update(body).digest('latin1');
  const length = together.write(name);
  together.set(body, length);
  const text = hashOf('sha256', together.subarray(0, length + body.length), 'latin1');
  // What it says may be a secret.
  together.fill(0, 0, length + body.length);
  return text;
}

const together = Buffer.alloc(16 * 1024);

/**
 * The digest of a whole state: the sum of its element hashes modulo 2^256, so that a change costs the same however large
 * the state is and the order of resources does not matter. A sum, never XOR: with XOR anyone who may write resources can
 * solve a linear system for a second state with the same digest.
 */
export class StateDigest {
  /** The least significant word first. */
  readonly #words: Uint32Array;

  private constructor(sum: Uint32Array) {
    this.#words = sum;
  }

  /** The digest of the empty state. */
  static empty(): StateDigest {
    return new StateDigest(new Uint32Array(words));
  }

  /** Continues from 32 stored bytes, big-endian. */
  static from(bytes: Uint8Array): StateDigest {
    const digest = StateDigest.empty();
    digest.add(bytes);
    return digest;
  }

  add(hash: Uint8Array): void {
    checkLength(hash);
    let carry = 0;
    for (let i = 0; i < words; i += 1) {
      const sum = (this.#words[i] ?? 0) + wordOf(hash, i) + carry;
      this.#words[i] = sum;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
  }

  remove(hash: Uint8Array): void {
    checkLength(hash);
    let borrow = 0;
    for (let i = 0; i < words; i += 1) {
      const difference = (this.#words[i] ?? 0) - wordOf(hash, i) - borrow;
      this.#words[i] = difference;
      borrow = difference < 0 ? 1 : 0;
    }
  }

  /** 32 bytes, big-endian. */
  toBytes(): Uint8Array {
    const bytes = Buffer.alloc(digestBytes);
    for (let i = 0; i < words; i += 1) bytes.writeUInt32BE(this.#words[i] ?? 0, digestBytes - 4 * (i + 1));
    return bytes;
  }

  /** 64 lower-case hexadecimal digits. */
  toHex(): string {
    return Buffer.from(this.toBytes()).toString('hex');
  }
}

/** True where two digests are the same 32 bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The word of a number of 32 bytes, big-endian, that counts from its end. */
function wordOf(bytes: Uint8Array, index: number): number {
  const at = digestBytes - 4 * (index + 1);
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function checkLength(bytes: Uint8Array): void {
  if (bytes.length !== digestBytes) throw new RangeError(`A digest has ${digestBytes} bytes, not ${bytes.length}.`);
}
