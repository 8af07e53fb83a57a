/** Records begin at multiples of this many bytes, so that one 32-bit number says where one is. */
const unitBytes = 8;
const unitBits = 19;
const segmentBytes = unitBytes * 2 ** unitBits;
/** Segments that can exist at once: 16 GiB of configuration. */
export const segmentsMax = 2 ** (32 - unitBits);

/** Fixed part of a record: lengths, revisions, state, hash; then key and body. */
const layout = { keyBytes: 0, bodyBytes: 4, created: 8, modified: 16, isBroken: 24, hash: 32, key: 64 };

/** A resource as it is written to shared memory. */
export interface RecordFields {
  /** `kind/id`. */
  readonly key: string;
  /** Canonical JSON. */
  readonly body: Uint8Array;
  /** 32 bytes by which the sender knows this version; zeros where it does not care. */
  readonly hash: Uint8Array | undefined;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
  /** Served although invalid. */
  readonly isBroken: boolean;
}

/**
 * A piece of the memory that all workers read the configuration from. Records are only ever appended, so that nobody who
 * still reads one can see it change; a segment goes as a whole when its last record is out of service.
 */
export class Segment {
  readonly number: number;
  readonly shared: SharedArrayBuffer;
  readonly #bytes: Buffer;

  constructor(number: number, shared: SharedArrayBuffer) {
    this.number = number;
    this.shared = shared;
    this.#bytes = Buffer.from(shared);
  }

  /** An empty one, with room for a record of `bytes` however long it is. */
  static create(number: number, bytes: number): Segment {
    return new Segment(number, new SharedArrayBuffer(Math.max(segmentBytes, bytes)));
  }

  get size(): number {
    return this.#bytes.length;
  }

  write(at: number, { key, body, hash, createdRevision, modifiedRevision, isBroken }: RecordFields): void {
    const bytes = this.#bytes;
    const keyBytes = bytes.write(key, at + layout.key);
    bytes.writeUInt32LE(keyBytes, at + layout.keyBytes);
    bytes.writeUInt32LE(body.length, at + layout.bodyBytes);
    bytes.writeDoubleLE(createdRevision, at + layout.created);
    bytes.writeDoubleLE(modifiedRevision, at + layout.modified);
    bytes.writeUInt32LE(Number(isBroken), at + layout.isBroken);
    if (hash) bytes.set(hash, at + layout.hash);
    bytes.set(body, at + layout.key + keyBytes);
  }

  /** Copies a whole record to another place. */
  copy(at: number, target: Segment, targetAt: number): void {
    this.#bytes.copy(target.#bytes, targetAt, at, at + this.recordBytes(at));
  }

  /** False behind the last record, where there is nothing but zeros. */
  hasRecord(at: number): boolean {
    return at + layout.key <= this.size && this.#bytes.readUInt32LE(at + layout.keyBytes) > 0;
  }

  key(at: number): string {
    return this.#bytes.toString('utf8', at + layout.key, this.#bodyAt(at));
  }

  /** Kind and id of a record; the id is a text of its own, which keeps nothing else in memory. */
  kindAndId(at: number): [kind: string, id: string] {
    const from = at + layout.key;
    const slash = this.#bytes.indexOf(0x2f, from);
    return [this.#bytes.toString('latin1', from, slash), this.#bytes.toString('utf8', slash + 1, this.#bodyAt(at))];
  }

  /** The body, decoded as text. */
  text(at: number): string {
    const from = this.#bodyAt(at);
    return this.#bytes.toString('utf8', from, from + this.#bytes.readUInt32LE(at + layout.bodyBytes));
  }

  body(at: number): Uint8Array {
    const from = this.#bodyAt(at);
    return this.#bytes.subarray(from, from + this.#bytes.readUInt32LE(at + layout.bodyBytes));
  }

  hash(at: number): Uint8Array {
    return this.#bytes.subarray(at + layout.hash, at + layout.key);
  }

  createdRevision(at: number): number {
    return asSmall(this.#bytes.readDoubleLE(at + layout.created));
  }

  modifiedRevision(at: number): number {
    return asSmall(this.#bytes.readDoubleLE(at + layout.modified));
  }

  isBroken(at: number): boolean {
    return this.#bytes.readUInt32LE(at + layout.isBroken) !== 0;
  }

  /** Bytes of the record, up to where the next one begins. */
  recordBytes(at: number): number {
    const end = this.#bodyAt(at) + this.#bytes.readUInt32LE(at + layout.bodyBytes);
    return roundedUp(end - at);
  }

  #bodyAt(at: number): number {
    return at + layout.key + this.#bytes.readUInt32LE(at + layout.keyBytes);
  }
}

/** Bytes that a record takes. */
export function recordBytes({ key, body }: RecordFields): number {
  return roundedUp(layout.key + Buffer.byteLength(key) + body.length);
}

/** Segment number and offset as one number. */
export function locationOf(segment: number, at: number): number {
  return (segment << unitBits) | (at / unitBytes) | 0;
}

/** The segment of a location. */
export function segmentOf(location: number): number {
  return location >>> unitBits;
}

/** The offset of a location in its segment. */
export function offsetOf(location: number): number {
  return (location & (2 ** unitBits - 1)) * unitBytes;
}

/** The same number in the form that V8 keeps without a box, where there is one. */
function asSmall(value: number): number {
  const small = value | 0;
  return small === value ? small : value;
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / unitBytes) * unitBytes;
}
