import { randomBytes } from 'node:crypto';

// Random per process and counted within it: unique without asking for random bytes on every request.
const prefix = randomBytes(10).toString('hex');
let count = 0;

/** A new id of 32 hexadecimal digits. */
export function nextRequestId(): string {
  count += 1;
  return prefix + count.toString(16).padStart(12, '0');
}
