import type { TrieSlot } from './radix-trie.ts';

/** A host of a route, taken apart: a name, or a leading `*` and the rest that hosts must end with. */
export class HostPattern {
  /** As it was configured. */
  readonly source: string;
  /** Reversed text to find it by, so that a suffix becomes a prefix. */
  readonly key: string;
  readonly slot: TrieSlot;
  /** The name, or what must come at the end. */
  readonly #text: string;
  /** A host with a port is meant as the client writes it. */
  readonly #hasPort: boolean;

  constructor(source: string) {
    const text = source.toLowerCase();
    this.source = source;
    this.slot = text.startsWith('*') ? 'prefix' : 'exact';
    this.#text = this.slot === 'prefix' ? text.slice(1) : text;
    this.#hasPort = this.slot === 'exact' && /:\d+$/.test(text) && !text.endsWith(']');
    this.key = reversed(this.#text);
  }

  test(host: string, hostHeader: string): boolean {
    if (this.slot === 'prefix') return host.endsWith(this.#text);
    return (this.#hasPort ? hostHeader : host) === this.#text;
  }
}

/** Thousands of routes share a host: its pattern is made once. */
const known = new Map<string, HostPattern>();
const knownMax = 50_000;

/** The pattern of a host of a route. */
export function hostPattern(source: string): HostPattern {
  let pattern = known.get(source);
  if (pattern === undefined) {
    if (known.size >= knownMax) known.clear();
    pattern = new HostPattern(source);
    known.set(source, pattern);
  }
  return pattern;
}

/** The text from its last character to its first. */
export function reversed(text: string): string {
  let result = '';
  for (let i = text.length - 1; i >= 0; i -= 1) result += text[i];
  return result;
}
