import type { Clock, Store } from '@sluice/plugin-kit';

const bytesMaxDefault = 16 * 1024 * 1024;
const valueBytesMax = 64 * 1024;

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAt: number;
}

/** A store of one engine, for one that shares nothing with others. Bounded: what was not asked for longest goes first. */
export class LocalStore implements Store {
  readonly #clock: Clock;
  readonly #bytesMax: number;
  /** By use, the newest last. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(clock: Clock, bytesMax = bytesMaxDefault) {
    this.#clock = clock;
    this.#bytesMax = bytesMax;
  }

  get(key: string): Uint8Array | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAt > this.#clock.now()) this.#entries.set(key, entry);
    else this.#bytes -= sizeOf(key, entry);
    return this.#entries.has(key) ? entry.value : undefined;
  }

  set(key: string, value: Uint8Array, ttlSeconds: number): boolean {
    this.delete(key);
    if (value.length > valueBytesMax || ttlSeconds <= 0) return false;
    const entry = { value: Uint8Array.from(value), expiresAt: this.#clock.now() + ttlSeconds * 1000 };
    this.#entries.set(key, entry);
    this.#bytes += sizeOf(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.delete(oldest);
    }
    return true;
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#bytes -= sizeOf(key, entry);
    return this.#entries.delete(key);
  }
}

/** With what a map needs for an entry. */
function sizeOf(key: string, { value }: Entry): number {
  return key.length * 2 + value.length + 100;
}

/** The part of a store that belongs to one plugin. */
export function storeOf(store: Store, plugin: string): Store {
  const own = (key: string) => `${plugin}\0${key}`;
  return {
    get: (key) => store.get(own(key)),
    set: (key, value, ttlSeconds) => store.set(own(key), value, ttlSeconds),
    delete: (key) => store.delete(own(key)),
  };
}
