/** What one cache may hold, in characters of its keys. */
const charactersMax = 4 * 1024 * 1024;

/** Longer keys are not kept: one of them would push out many. */
const keyLengthMax = 16 * 1024;

/**
 * What was made of a text that clients send, kept by the text itself. Bounded by the size of the texts; the oldest goes
 * first. Put in only what an authority has vouched for, so that nobody can push out others by guessing.
 */
export class TextCache<V> {
  readonly #kept = new Map<string, V>();
  #characters = 0;

  get(text: string): V | undefined {
    return this.#kept.get(text);
  }

  set(text: string, value: V): void {
    if (text.length > keyLengthMax) return;
    this.delete(text);
    this.#kept.set(text, value);
    this.#characters += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= charactersMax) break;
      this.delete(oldest);
    }
  }

  delete(text: string): void {
    if (this.#kept.delete(text)) this.#characters -= text.length;
  }

  get size(): number {
    return this.#kept.size;
  }
}
