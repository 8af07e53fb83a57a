import { compilePattern } from '@sluice/expr';
import type { TrieSlot } from './radix-trie.ts';
import { SegmentPattern } from './segment-pattern.ts';

/** How the paths of routes are to be read: with `radixtree_uri_with_parameter`, `:name` stands for a segment. */
export type RouterMode = 'radixtree_host_uri' | 'radixtree_uri' | 'radixtree_uri_with_parameter';

/** A path of a route, taken apart: where it stands in the trie, and what is left to compare. */
export interface PathPattern {
  /** As it was configured. */
  readonly source: string;
  readonly key: string;
  readonly slot: TrieSlot;
  /** Null where the trie alone decides. */
  readonly test: ((path: string) => boolean) | null;
  /** Null where the pattern names nothing. */
  readonly params: ((path: string) => Readonly<Record<string, string>>) | null;
}

/** The name under which plugins find what a bare trailing `*` took. */
const restName = 'ext';

/** Takes a path of a route apart. `*` is a wildcard in every mode, `:name` only in the one with parameters. */
export function pathPattern(source: string, mode: RouterMode): PathPattern {
  const wildcard = firstWildcard(source, mode);
  if (wildcard < 0) return { source, key: source, slot: 'exact', test: null, params: null };
  const key = source.slice(0, wildcard);
  if (source[wildcard] === '*' && !source.slice(wildcard).includes('/')) {
    const name = source.slice(wildcard + 1) || restName;
    return { source, key, slot: 'prefix', test: null, params: (path) => ({ [name]: path.slice(key.length) }) };
  }
  const segments = source[wildcard] === ':' ? SegmentPattern.parse(source, wildcard, restName) : null;
  if (segments !== null)
    return {
      source,
      key,
      slot: 'prefix',
      test: (path) => segments.test(path),
      params: (path) => segments.params(path),
    };
  const { pattern, names } = lazyPattern(source, mode);
  return {
    source,
    key,
    slot: 'prefix',
    test: (path) => pattern().test(path),
    params: (path) => namedValues(names, pattern().exec(path)),
  };
}

/** Where the first wildcard of a path stands: what is before it is the path's key in the trie. -1 for none. */
export function firstWildcard(source: string, mode: RouterMode): number {
  const star = source.indexOf('*');
  const slash = mode === 'radixtree_uri_with_parameter' ? source.indexOf('/:') : -1;
  return slash < 0 || (star >= 0 && star < slash) ? star : slash + 1;
}

/** Compiled when the first request comes near: most of many routes never see one. */
function lazyPattern(source: string, mode: RouterMode): { pattern: () => RegExp; names: readonly string[] } {
  const names: string[] = [];
  const token = mode === 'radixtree_uri_with_parameter' ? /(?<=\/):([^/]+)|\*([^/]*)/g : /\*([^/]*)/g;
  let text = '';
  let end = 0;
  for (const match of source.matchAll(token)) {
    text += escaped(source.slice(end, match.index));
    const isSegment = match[0].startsWith(':');
    names.push(match[1] || match[2] || restName);
    text += isSegment ? '([^/]+)' : '(.*)';
    end = match.index + match[0].length;
  }
  text += escaped(source.slice(end));
  let compiled: RegExp | undefined;
  return { names, pattern: () => (compiled ??= compilePattern(`^${text}$`, 's')) };
}

/** A literal piece of a pattern. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function namedValues(names: readonly string[], match: RegExpExecArray | null): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, i) => [name, match?.[i + 1] ?? '']));
}
