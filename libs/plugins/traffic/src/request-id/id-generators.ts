import { randomFillSync, randomUUID } from 'node:crypto';

/** Makes an id that nobody had before. */
export type IdGenerator = () => string;

const POOL_BYTES = 4096;
const BASE_64 = '_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Seconds between the Unix epoch and that of a KSUID. */
const KSUID_EPOCH = 1_400_000_000;
const KSUID_LENGTH = 27;
const NANOID_LENGTH = 21;

const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let taken = POOL_BYTES;

/** Random bytes out of a pool: asking the system for each id would cost more than the id. */
function randomBytes(size: number): Buffer {
  if (taken + size > POOL_BYTES) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += size;
  return pool.subarray(taken - size, taken);
}

/** A random UUID, RFC 9562 version 4. */
export const uuid: IdGenerator = () => randomUUID();

/** A UUID that sorts by time, RFC 9562 version 7. */
export function uuidV7(now: () => number): IdGenerator {
  return () => {
    const bytes = Buffer.from(randomBytes(16));
    bytes.writeUIntBE(now(), 0, 6);
    bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

/** 21 characters that a URL can carry. */
export const nanoid: IdGenerator = () => {
  let id = '';
  for (const byte of randomBytes(NANOID_LENGTH)) id += BASE_64[byte & 63];
  return id;
};

/** Seconds and 128 random bits in base 62: 27 characters that sort by time. */
export function ksuid(now: () => number): IdGenerator {
  return () => {
    const bytes = Buffer.from(randomBytes(20));
    bytes.writeUInt32BE(Math.floor(now() / 1000) - KSUID_EPOCH);
    let value = BigInt(`0x${bytes.toString('hex')}`);
    let id = '';
    for (; value > 0n; value /= 62n) id = BASE_62[Number(value % 62n)] + id;
    return id.padStart(KSUID_LENGTH, '0');
  };
}

/** So many of some characters, each as likely as it is often among them. */
export function rangeId(characters: string, length: number): IdGenerator {
  const count = characters.length;
  return () => {
    let id = '';
    // Of 32 random bits the remainder is even to one in millions, whatever the number of characters.
    for (let i = 0; i < length; i += 1) id += characters[randomBytes(4).readUInt32LE() % count];
    return id;
  };
}
