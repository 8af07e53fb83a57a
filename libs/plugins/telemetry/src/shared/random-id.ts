import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn many at a time: one id costs a copy. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** A random id of so many bytes, in hexadecimal digits of lower case. */
export function randomId(bytes: 8 | 16): string {
  const from = drawn(bytes);
  return pool.toString('hex', from, from + bytes);
}

/** A random number from 0 to below 1, for choosing a share of something. */
export function randomShare(): number {
  return pool.readUInt32LE(drawn(4)) / 2 ** 32;
}

/** Random ids of a trace and of a span, one behind the other: 32 and 16 digits, drawn at once. */
export function randomTraceAndSpan(): string {
  const from = drawn(24);
  return pool.toString('hex', from, from + 24);
}

/** Where in the pool so many fresh bytes are. */
function drawn(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}
