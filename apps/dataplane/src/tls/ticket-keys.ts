import { randomBytes } from 'node:crypto';

const keyBytes = 48;
const rotationMs = 12 * 60 * 60 * 1000;

/**
 * The keys that seal TLS session tickets: one set for all workers, so that a client can resume wherever the kernel puts its
 * next connection, and new ones twice a day, so that a stolen key opens little.
 */
export class TicketKeys {
  #current: Buffer = randomBytes(keyBytes);

  get current(): Buffer {
    return this.#current;
  }

  /** Makes new keys from time to time, and tells them. Keeps no process alive. */
  rotate(tell: (keys: Buffer) => void, everyMs = rotationMs): NodeJS.Timeout {
    const timer = setInterval(() => {
      this.#current = randomBytes(keyBytes);
      tell(this.#current);
    }, everyMs);
    return timer.unref();
  }
}
