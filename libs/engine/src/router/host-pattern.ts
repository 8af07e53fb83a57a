import type { TrieSlot } from './radix-trie.ts';

/** A host of a route, taken apart. */
export interface HostPattern {
  /** As it was configured. */
  readonly source: string;
  /** Reversed text to find it by, so that a suffix becomes a prefix. */
  readonly key: string;
  readonly slot: TrieSlot;
  test(host: string, hostHeader: string): boolean;
}

/** Thousands of routes share a host: its pattern is made once. */
const known = new Map<string, HostPattern>();
const knownMax = 50_000;

/** The pattern of a host of a route. */
export function hostPattern(source: string): HostPattern {
  let pattern = known.get(source);
  if (pattern === undefined) {
    if (known.size >= knownMax) known.clear();
    pattern = parsedHost(source);
    known.set(source, pattern);
  }
  return pattern;
}

/** Takes a host apart: a name, or a leading `*` and the rest that hosts must end with. */
function parsedHost(source: string): HostPattern {
  const text = source.toLowerCase();
  if (text.startsWith('*')) {
    const suffix = text.slice(1);
    return { source, key: reversed(suffix), slot: 'prefix', test: (host) => host.endsWith(suffix) };
  }
  // A host with a port is meant as the client writes it.
  const hasPort = /:\d+$/.test(text) && !text.endsWith(']');
  return {
    source,
    key: reversed(text),
    slot: 'exact',
    test: (host, hostHeader) => (hasPort ? hostHeader : host) === text,
  };
}

/** The text from its last character to its first. */
export function reversed(text: string): string {
  let result = '';
  for (let i = text.length - 1; i >= 0; i -= 1) result += text[i];
  return result;
}
