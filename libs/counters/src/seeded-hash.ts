/** A 64-bit hash as two unsigned halves: cheaper to compare and to index by than one big number. */
export interface KeyHash {
  readonly high: number;
  readonly low: number;
}

/**
 * Hashes text to 64 bits. The seed must be random per table: clients choose parts of the keys, and must not be able to
 * find keys that fall together. (FNV-style multiply and xor in two lanes, each finished like MurmurHash3.)
 */
export function seededHash(text: string, seed: KeyHash): KeyHash {
  let high = seed.high | 0;
  let low = seed.low | 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0x85ebca77);
    low ^= low >>> 13;
  }
  return { high: finish(high ^ low, text.length), low: finish(low, high) };
}

function finish(lane: number, salt: number): number {
  let mixed = Math.imul(lane ^ salt ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
