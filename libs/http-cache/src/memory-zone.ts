import { crc32 } from 'node:zlib';
import type { CacheRecord, CacheWriter, CacheZone, Clock, FetchTurn } from '@sluice/plugin-kit';
import { FetchTurns } from './fetch-turns.ts';
import { digestOf, type KeyDigest } from './key-hash.ts';
import { LocalRecords } from './local-records.ts';
import { type PendingBudget, PendingBody } from './pending-body.ts';
import { SharedRing } from './shared-ring.ts';

const probeLength = 8;
const markBits = 16n;
const markMask = (1n << markBits) - 1n;
/** SHA-256 of the key, where the body is, its length, that of the head, checksums of both; then the head as JSON. */
const layout = { digest: 0, bodyAt: 32, bodyBytes: 40, headBytes: 44, bodyCrc: 48, headCrc: 52, head: 56 };
const headBytesMax = 128 * 1024;
/** A zone has at least so much room, and a body is no longer than can be said in 32 bits. */
const bytesMin = 64 * 1024;
const bodyBytesMax = 2 ** 32 - 1;
/** How many heads each worker keeps parsed, and how much text of them. */
const parsedMax = 2048;
const parsedBytesMax = 16 * 1024 * 1024;

/** The memory of a zone, to be handed to other workers. */
export interface ZoneMemory {
  readonly data: SharedArrayBuffer;
  readonly turns: SharedArrayBuffer;
}

/** What a zone is made of. */
export interface ZoneOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly ttlMs: number;
  /** Memory that all workers share. */
  readonly memory: ZoneMemory;
}

/** Where a body is in the ring, and how to know that it is whole. */
interface PlacedBody {
  readonly at: bigint;
  readonly bytes: number;
  readonly crc: number;
}

/** Where a record was found. */
interface Location {
  readonly slot: number;
  readonly word: bigint;
  readonly position: bigint;
}

/**
 * A part of the cache in memory that all workers share. What is written last stays longest, and what is still asked for when
 * its room is about to be taken is written anew. Heads and bodies are records of their own, so that a head can be replaced.
 */
export class MemoryZone implements CacheZone {
  readonly name: string;
  readonly strategy = 'memory';
  readonly ttlMs: number;
  readonly bodyBytesMax: number;
  readonly #ring: SharedRing;
  readonly #turns: FetchTurns;
  readonly #records = new LocalRecords<MemoryRecord>(parsedMax, parsedBytesMax);
  readonly #pending: PendingBudget;

  constructor({ name, clock, ttlMs, memory }: ZoneOptions) {
    this.ttlMs = ttlMs;
    this.name = name;
    this.#ring = new SharedRing(memory.data);
    this.#turns = new FetchTurns(clock, memory.turns);
    this.bodyBytesMax = Math.min(Math.floor(memory.data.byteLength / 4), bodyBytesMax);
    this.#pending = { bytesLeft: memory.data.byteLength };
  }

  /** The memory of an empty zone. */
  static createMemory(bytes: number): ZoneMemory {
    const room = Math.max(bytes, bytesMin);
    return { data: SharedRing.createBuffer(room, slotsFor(room)), turns: FetchTurns.createBuffer() };
  }

  find(key: string): CacheRecord | undefined {
    const known = this.#records.get(key);
    if (known !== undefined && this.#ring.slot(known.location.slot) === known.location.word)
      return this.#isWhole(known) ? known : undefined;
    const digest = digestOf(key);
    for (const location of this.#candidates(digest)) {
      const record = this.#read(digest, location);
      if (record === undefined) continue;
      this.#records.set(key, record, key.length + record.headBytes);
      return this.#isWhole(record) ? record : undefined;
    }
    return undefined;
  }

  begin(key: string): FetchTurn {
    return this.#turns.begin(digestOf(key));
  }

  whenFetched(key: string, timeoutMs: number): Promise<void> {
    return this.#turns.whenOver(digestOf(key), timeoutMs);
  }

  write(key: string, turn: FetchTurn, bytesMin = 0, bytesWanted = Infinity): CacheWriter | undefined {
    const bytesMax = Math.min(this.bodyBytesMax, bytesWanted);
    if (bytesMin > bytesMax || bytesMin > this.#pending.bytesLeft) return undefined;
    return new PendingBody(this.#pending, bytesMax, ({ pieces, bytes, crc }, head) => {
      const at = bytes === 0 ? 0n : this.#ring.append(pieces, bytes);
      if (!turn.isCurrent()) return;
      this.#insert(digestOf(key), head, { at, bytes, crc });
      // It may have been removed at this very moment.
      if (!turn.isCurrent()) this.remove(key);
    });
  }

  remove(key: string): boolean {
    const digest = digestOf(key);
    // First this: who is storing now must not do it any more.
    this.#turns.noteRemoval(digest);
    let wasThere = false;
    for (const location of this.#candidates(digest)) {
      if (!this.#isOf(digest, location.position)) continue;
      wasThere = this.#ring.swapSlot(location.slot, location.word, 0n) || wasThere;
    }
    this.#records.delete(key);
    return wasThere;
  }

  /** The body of a record, copied, and the record written anew where it would have to go soon. */
  bodyOf(record: MemoryRecord, start: number, end: number): Uint8Array | undefined {
    const { placed, location } = record;
    const copy = placed.bytes === 0 ? Buffer.alloc(0) : this.#ring.read(placed.at, 0, placed.bytes);
    // A writer that was held up for a whole turn of the ring has written over what others had stored there meanwhile.
    if (copy === undefined || crc32(copy) !== placed.crc) return undefined;
    if (copy.length > 0 && (this.#ring.isAging(placed.at) || this.#ring.isAging(location.position)))
      this.#replace(record, record.head, { ...placed, at: this.#ring.append([copy], copy.length) });
    return copy.subarray(start, end);
  }

  replaceHead(record: MemoryRecord, head: unknown): void {
    this.#replace(record, head, record.placed);
  }

  /** Only where the key still leads to this record: what was removed or replaced meanwhile stays so. */
  #replace({ location: { slot, word }, digest }: MemoryRecord, head: unknown, placed: PlacedBody): void {
    const position = this.#appendHead(digest, head, placed);
    if (position !== undefined) this.#ring.swapSlot(slot, word, (position << markBits) | markOf(digest));
  }

  #insert(digest: KeyDigest, head: unknown, placed: PlacedBody): void {
    const position = this.#appendHead(digest, head, placed);
    if (position === undefined) return;
    const slot = this.#slotFor(digest);
    this.#ring.setSlot(slot, (position << markBits) | markOf(digest));
    // Another worker may have stored the same elsewhere: there must be one place to look at.
    for (const other of this.#candidates(digest))
      if (other.slot !== slot && this.#isOf(digest, other.position)) this.#ring.swapSlot(other.slot, other.word, 0n);
  }

  #appendHead(digest: KeyDigest, head: unknown, placed: PlacedBody): bigint | undefined {
    const text = Buffer.from(JSON.stringify(head));
    if (text.length > Math.min(headBytesMax, this.bodyBytesMax)) return undefined;
    const fixed = Buffer.alloc(layout.head);
    digest.bytes.copy(fixed, layout.digest);
    fixed.writeBigUInt64LE(placed.at, layout.bodyAt);
    fixed.writeUInt32LE(placed.bytes, layout.bodyBytes);
    fixed.writeUInt32LE(text.length, layout.headBytes);
    fixed.writeUInt32LE(placed.crc, layout.bodyCrc);
    fixed.writeUInt32LE(headCrc(fixed, text), layout.headCrc);
    return this.#ring.append([fixed, text], fixed.length + text.length);
  }

  /** The slot of the key; else one that leads nowhere any more; else the oldest. */
  #slotFor(digest: KeyDigest): number {
    let [slot, oldest] = [this.#slotAt(digest, 0), 1n << 63n];
    for (let step = 0; step < probeLength; step += 1) {
      const at = this.#slotAt(digest, step);
      const word = this.#ring.slot(at);
      const position = this.#ring.isKept(word >> markBits) ? word >> markBits : 0n;
      if (position !== 0n && (word & markMask) === markOf(digest) && this.#isOf(digest, position)) return at;
      if (position < oldest) [slot, oldest] = [at, position];
    }
    return slot;
  }

  *#candidates(digest: KeyDigest): IterableIterator<Location> {
    const mark = markOf(digest);
    for (let step = 0; step < probeLength; step += 1) {
      const slot = this.#slotAt(digest, step);
      const word = this.#ring.slot(slot);
      const position = word >> markBits;
      if ((word & markMask) === mark && this.#ring.isKept(position)) yield { slot, word, position };
    }
  }

  /** The record at a location, where it is of this key. */
  #read(digest: KeyDigest, location: Location): MemoryRecord | undefined {
    const fixed = this.#ring.read(location.position, 0, layout.head);
    if (fixed === undefined || !digest.bytes.equals(fixed.subarray(0, layout.bodyAt))) return undefined;
    const text = this.#ring.read(location.position, layout.head, fixed.readUInt32LE(layout.headBytes));
    if (text === undefined) return undefined;
    if (headCrc(fixed, text) !== fixed.readUInt32LE(layout.headCrc)) return undefined;
    const placed = {
      at: fixed.readBigUInt64LE(layout.bodyAt),
      bytes: fixed.readUInt32LE(layout.bodyBytes),
      crc: fixed.readUInt32LE(layout.bodyCrc),
    };
    return new MemoryRecord(this, digest, location, { head: JSON.parse(text.toString()), bytes: text.length }, placed);
  }

  /** Whether neither head nor body has had to make room. */
  #isWhole({ location, placed }: MemoryRecord): boolean {
    return this.#ring.isKept(location.position) && (placed.bytes === 0 || this.#ring.isKept(placed.at));
  }

  #isOf(digest: KeyDigest, position: bigint): boolean {
    return this.#ring.read(position, layout.digest, layout.bodyAt)?.equals(digest.bytes) ?? false;
  }

  #slotAt({ words }: KeyDigest, step: number): number {
    return ((words[0] ?? 0) + step) % this.#ring.slotCount;
  }
}

class MemoryRecord implements CacheRecord {
  readonly digest: KeyDigest;
  readonly location: Location;
  readonly head: unknown;
  readonly headBytes: number;
  readonly placed: PlacedBody;
  readonly #zone: MemoryZone;

  constructor(
    zone: MemoryZone,
    digest: KeyDigest,
    location: Location,
    { head, bytes }: { readonly head: unknown; readonly bytes: number },
    placed: PlacedBody,
  ) {
    this.headBytes = bytes;
    this.#zone = zone;
    this.digest = digest;
    this.location = location;
    this.head = head;
    this.placed = placed;
  }

  get bodyBytes(): number {
    return this.placed.bytes;
  }

  body(start: number, end: number): Uint8Array | undefined {
    return this.#zone.bodyOf(this, start, end);
  }

  replaceHead(head: unknown): void {
    this.#zone.replaceHead(this, head);
  }
}

/** Of all of a head but its own checksum. */
function headCrc(fixed: Buffer, text: Buffer): number {
  return crc32(text, crc32(fixed.subarray(0, layout.headCrc)));
}

/** One slot for each KiB. */
function slotsFor(bytes: number): number {
  return Math.max(64, 2 ** Math.floor(Math.log2(bytes / 1024)));
}

/** What tells most keys of a slot apart; never 0. */
function markOf({ words }: KeyDigest): bigint {
  return (BigInt(words[1] ?? 0) & markMask) | 1n;
}
