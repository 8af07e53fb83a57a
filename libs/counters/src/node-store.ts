import { randomFillSync } from 'node:crypto';
import type { Clock, Store } from '@sluice/plugin-kit';
import { type KeyHash, seededHash } from './seeded-hash.ts';

const unitBytes = 8;
const valueBytesMax = 64 * 1024;
const probeLength = 8;
const slotCount = 2 ** 15;
const ringBytesDefault = 16 * 1024 * 1024;
/** Words of 64 bits before the index: where the next record goes, and the seed. */
const headerWords = 2;
const markBits = 24n;
const markMask = (1n << markBits) - 1n;
/** Lengths of key and value, when it ends, hash of all that follows, where it was meant to be; then key and value. */
const layout = { keyBytes: 0, valueBytes: 4, expiresAt: 8, high: 16, low: 20, position: 24, key: 32 };

/** Where a store lives. */
export interface NodeStoreOptions {
  readonly clock: Clock;
  /** Memory that another worker made; its own without it. */
  readonly buffer?: SharedArrayBuffer;
}

/**
 * Small values that all workers of a node see, in a ring of shared memory: a new record takes the place of the oldest ones.
 * There are no locks. A record says where it belongs and ends in a hash of itself, so that one whose writer died half way,
 * or that was overwritten while somebody read it, is not taken for a value.
 */
export class NodeStore implements Store {
  readonly buffer: SharedArrayBuffer;
  readonly #clock: Clock;
  readonly #words: BigUint64Array;
  readonly #ring: Buffer;
  readonly #units: bigint;
  readonly #seed: KeyHash;

  constructor({ clock, buffer = NodeStore.createBuffer() }: NodeStoreOptions) {
    this.buffer = buffer;
    this.#clock = clock;
    this.#words = new BigUint64Array(buffer, 0, headerWords + slotCount);
    this.#ring = Buffer.from(buffer, (headerWords + slotCount) * unitBytes);
    this.#units = BigInt(this.#ring.length / unitBytes);
    const seed = this.#words[1] ?? 0n;
    this.#seed = { high: Number(seed >> 32n), low: Number(seed & 0xffff_ffffn) };
  }

  /** The memory of an empty store. `ringBytes` is a multiple of 8. */
  static createBuffer(ringBytes = ringBytesDefault): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer((headerWords + slotCount) * unitBytes + ringBytes);
    const words = new BigUint64Array(buffer, 0, headerWords);
    randomFillSync(words.subarray(1, 2));
    // Position 0 would look like an empty slot of the index.
    words[0] = 1n;
    return buffer;
  }

  get(key: string): Uint8Array | undefined {
    let newest = 0n;
    let value: Uint8Array | undefined;
    for (const { position } of this.#candidates(key)) {
      const found = position > newest ? this.#read(position, key) : undefined;
      if (found) [newest, value] = [position, found.value];
      if (found && found.expiresAt <= this.#clock.now()) value = undefined;
    }
    return value;
  }

  set(key: string, value: Uint8Array, ttlSeconds: number): boolean {
    const keyBytes = Buffer.from(key);
    if (value.length > valueBytesMax || keyBytes.length > valueBytesMax || ttlSeconds <= 0) {
      this.delete(key);
      return false;
    }
    const content = Buffer.concat([keyBytes, value]);
    const position = this.#reserve(layout.key + content.length);
    if (position === undefined) return false;
    const at = this.#at(position);
    const ring = this.#ring;
    ring.writeUInt32LE(keyBytes.length, at + layout.keyBytes);
    ring.writeUInt32LE(value.length, at + layout.valueBytes);
    ring.writeDoubleLE(this.#clock.now() + ttlSeconds * 1000, at + layout.expiresAt);
    ring.writeBigUInt64LE(position, at + layout.position);
    content.copy(ring, at + layout.key);
    const hash = this.#hashAt(at, content.length);
    ring.writeUInt32LE(hash.high, at + layout.high);
    ring.writeUInt32LE(hash.low, at + layout.low);
    this.#index(key, position);
    return true;
  }

  delete(key: string): boolean {
    let wasThere = false;
    for (const { slot, word, position } of this.#candidates(key)) {
      const found = this.#read(position, key);
      if (!found || Atomics.compareExchange(this.#words, slot, word, 0n) !== word) continue;
      wasThere ||= found.expiresAt > this.#clock.now();
    }
    return wasThere;
  }

  /** Slots of the index that may lead to a key. */
  #candidates(key: string): { slot: number; word: bigint; position: bigint }[] {
    const hash = seededHash(key, this.#seed);
    const candidates: { slot: number; word: bigint; position: bigint }[] = [];
    for (let step = 0; step < probeLength; step += 1) {
      const slot = slotAt(hash, step);
      const word = Atomics.load(this.#words, slot);
      if ((word & markMask) === markOf(hash) && this.#isKept(word >> markBits))
        candidates.push({ slot, word, position: word >> markBits });
    }
    return candidates;
  }

  /** Leads the key to its newest record; where there is no room, what is oldest is found no more. */
  #index(key: string, position: bigint): void {
    const hash = seededHash(key, this.#seed);
    const own = this.#candidates(key).find((candidate) => this.#read(candidate.position, key));
    let [slot, oldest] = [own?.slot ?? slotAt(hash, 0), own ? -1n : 1n << 63n];
    for (let step = 0; own === undefined && step < probeLength; step += 1) {
      const word = Atomics.load(this.#words, slotAt(hash, step));
      if (word >> markBits < oldest) [slot, oldest] = [slotAt(hash, step), word >> markBits];
    }
    Atomics.store(this.#words, slot, (position << markBits) | markOf(hash));
  }

  /** A copy of the record at a position, where it is whole and of this key. */
  #read(position: bigint, key: string): { readonly value: Uint8Array; readonly expiresAt: number } | undefined {
    const at = this.#at(position);
    const ring = this.#ring;
    if (at + layout.key > ring.length) return undefined;
    const [keyBytes, valueBytes] = [ring.readUInt32LE(at), ring.readUInt32LE(at + layout.valueBytes)];
    if (keyBytes > valueBytesMax || valueBytes > valueBytesMax) return undefined;
    const end = at + layout.key + keyBytes + valueBytes;
    if (end > ring.length) return undefined;
    const copy = Buffer.from(ring.subarray(at, end));
    const hash = this.#hashOf(copy);
    const isWhole = hash.high === copy.readUInt32LE(layout.high) && hash.low === copy.readUInt32LE(layout.low);
    if (!isWhole || copy.readBigUInt64LE(layout.position) !== position) return undefined;
    if (copy.toString('utf8', layout.key, layout.key + keyBytes) !== key) return undefined;
    return { value: copy.subarray(layout.key + keyBytes), expiresAt: copy.readDoubleLE(layout.expiresAt) };
  }

  /** A place for a record; undefined where it would be larger than a part of the ring. */
  #reserve(bytes: number): bigint | undefined {
    const units = BigInt(Math.ceil(bytes / unitBytes));
    if (units * 4n > this.#units) return undefined;
    for (;;) {
      const position = Atomics.add(this.#words, 0, units);
      // A record does not go over the end: what is left there stays unused.
      if ((position % this.#units) + units <= this.#units) return position;
    }
  }

  /** Whether nothing newer has taken the place yet. */
  #isKept(position: bigint): boolean {
    return position !== 0n && Atomics.load(this.#words, 0) - position <= this.#units;
  }

  #at(position: bigint): number {
    return Number(position % this.#units) * unitBytes;
  }

  #hashAt(at: number, contentBytes: number): KeyHash {
    return this.#hashOf(this.#ring.subarray(at, at + layout.key + contentBytes));
  }

  /** Of everything but the hash itself. */
  #hashOf(record: Buffer): KeyHash {
    const head = record.toString('latin1', 0, layout.high);
    return seededHash(head + record.toString('latin1', layout.position), this.#seed);
  }
}

function slotAt({ high }: KeyHash, step: number): number {
  return headerWords + ((high + step) & (slotCount - 1));
}

/** What tells most keys of a slot apart; never 0. */
function markOf({ low }: KeyHash): bigint {
  return (BigInt(low) & markMask) | 1n;
}
