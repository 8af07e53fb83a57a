import { createHash } from 'node:crypto';

const MODULUS = 1n << 256n;

/**
 * The hash of one resource: SHA-256(kind NUL id NUL canonical bytes), secrets in plain. It is never shown for resources
 * that hold secrets: whoever sees it could try guesses against it.
 */
export function elementHash(kind: string, id: string, body: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(`${kind}\0${id}\0`).update(body);
  // By way of text, which ends in memory that many small buffers share: each digest of its own would be an allocation
  // outside the heap, and 100,000 of them leave it in pieces.
  return Buffer.from(hash.digest('latin1'), 'latin1');
}

/**
 * The digest of a whole state: the sum of its element hashes modulo 2^256, so that a change costs the same however large
 * the state is and the order of resources does not matter. A sum, never XOR: with XOR anyone who may write resources can
 * solve a linear system for a second state with the same digest.
 */
export class StateDigest {
  #sum: bigint;

  private constructor(sum: bigint) {
    this.#sum = sum;
  }

  /** The digest of the empty state. */
  static empty(): StateDigest {
    return new StateDigest(0n);
  }

  /** Continues from 32 stored bytes, big-endian. */
  static from(bytes: Uint8Array): StateDigest {
    if (bytes.length !== 32) throw new RangeError(`A digest has 32 bytes, not ${bytes.length}.`);
    return new StateDigest(toBigInt(bytes));
  }

  add(hash: Uint8Array): void {
    this.#sum = (this.#sum + toBigInt(hash)) % MODULUS;
  }

  remove(hash: Uint8Array): void {
    this.#sum = (this.#sum - toBigInt(hash) + MODULUS) % MODULUS;
  }

  /** 32 bytes, big-endian. */
  toBytes(): Uint8Array {
    return Buffer.from(this.toHex(), 'hex');
  }

  /** 64 lower-case hexadecimal digits. */
  toHex(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

/** True where two digests are the same 32 bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') || '0'}`);
}
