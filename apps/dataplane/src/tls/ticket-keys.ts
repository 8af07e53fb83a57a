import { randomBytes } from 'node:crypto';

const keyBytes = 48;
const rotationMs = 12 * 60 * 60 * 1000;

/**
 * The keys that seal TLS session tickets: one set for all workers, so that a client can resume wherever the kernel puts its
 * next connection, and new ones twice a day, so that a stolen key opens little.
 */
export class TicketKeys {
  #current: Buffer = randomBytes(keyBytes);
  #timer: NodeJS.Timeout | undefined;

  get current(): Buffer {
    return this.#current;
  }

  /** Tells the present keys, and from then on every new ones. */
  start(tell: (keys: Buffer) => void, everyMs = rotationMs): void {
    tell(this.#current);
    this.#timer = setInterval(() => {
      this.#current = randomBytes(keyBytes);
      tell(this.#current);
    }, everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
