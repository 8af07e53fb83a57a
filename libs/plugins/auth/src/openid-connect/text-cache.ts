/** What one cache may hold, in characters of its keys. */
const charactersMax = 4 * 1024 * 1024;

/** What the caches of all configurations may hold together: thousands of routes may ask for signing in. */
const charactersOfAllMax = 4 * charactersMax;

/** Longer keys are not kept: one of them would push out many. */
const keyLengthMax = 16 * 1024;

interface Kept {
  readonly cache: { delete(text: string): void };
  readonly text: string;
}

/** What all caches keep, the oldest first. */
const all = new Set<Kept>();
let charactersOfAll = 0;

/**
 * What was made of a text that clients send, kept by the text itself. Bounded by the size of the texts, in each cache and in
 * all of them together; the oldest goes first. Put in only what an authority has vouched for, so that nobody can push out
 * others by guessing.
 */
export class TextCache<V> {
  readonly #kept = new Map<string, Kept & { readonly value: V }>();
  #characters = 0;

  get(text: string): V | undefined {
    return this.#kept.get(text)?.value;
  }

  set(text: string, value: V): void {
    if (text.length > keyLengthMax) return;
    this.delete(text);
    const kept = { cache: this, text, value };
    this.#kept.set(text, kept);
    all.add(kept);
    this.#characters += text.length;
    charactersOfAll += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= charactersMax) break;
      this.delete(oldest);
    }
    for (const oldest of all) {
      if (charactersOfAll <= charactersOfAllMax) break;
      oldest.cache.delete(oldest.text);
    }
  }

  delete(text: string): void {
    const kept = this.#kept.get(text);
    if (kept === undefined) return;
    this.#kept.delete(text);
    all.delete(kept);
    this.#characters -= text.length;
    charactersOfAll -= text.length;
  }

  /** Forgets everything: for a configuration that is no more. */
  clear(): void {
    for (const text of this.#kept.keys()) this.delete(text);
  }

  get size(): number {
    return this.#kept.size;
  }
}
