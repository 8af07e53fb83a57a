import type { JsonObject } from '@sluice/schema';

/** Paths that one route can match. */
export interface PathGroup {
  readonly uris: readonly string[];
  /** Regular expression that the path has to match besides. */
  readonly pattern?: string;
  /** What each path of the group begins with, as regular expressions: what `strip_path` takes away. */
  readonly prefixes: readonly string[];
}

/** Sorts paths: all plain ones are a group, each pattern is one of its own. Without paths everything matches. */
export function pathGroups(paths: readonly string[]): PathGroup[] {
  const plain = paths.filter((path) => !path.startsWith('~'));
  const patterns = paths.filter((path) => path.startsWith('~')).map((path) => patternGroup(path.slice(1)));
  if (plain.length === 0) return patterns.length > 0 ? patterns : [{ uris: ['/*'], prefixes: [] }];
  const uris = [...new Set(plain.map((path) => `${path}*`))];
  return [{ uris, prefixes: plain.map((path) => escaped(path.replace(/\/$/, ''))) }, ...patterns];
}

function patternGroup(pattern: string): PathGroup {
  const anchored = pattern.startsWith('^') ? pattern : `^${pattern}`;
  // The literal text in front leads to the route; without its last letter where a quantifier makes that optional.
  const [literal = '', quantifier = ''] =
    /^((?:[A-Za-z0-9_/~-]|\\[./-])*)([?*{]?)/.exec(anchored.slice(1))?.slice(1) ?? [];
  const known = literal.replaceAll('\\', '');
  const prefix = quantifier === '' ? known : known.slice(0, -1);
  return { uris: [`${prefix.startsWith('/') ? prefix : '/'}*`], pattern: anchored, prefixes: [anchored.slice(1)] };
}

/** How the path is rewritten on the way to the service; undefined where it stays. */
export function rewriteOf({ prefixes }: PathGroup, base: string, strips: boolean): JsonObject | undefined {
  const taken = strips ? prefixes.filter((prefix) => prefix !== '') : [];
  if (taken.length === 0) return base === '' ? undefined : { regex_uri: ['^(/.*)$', `${base}$1`] };
  const prefix = taken.length === 1 ? taken[0] : `(?:${taken.join('|')})`;
  const pattern = `^${prefix?.replace(/\$$/, '')}/?(.*)$`;
  return { regex_uri: [pattern, `${base}/$${capturesIn(prefix ?? '') + 1}`] };
}

function capturesIn(pattern: string): number {
  return (pattern.replaceAll(/\\./g, '').match(/\((?!\?)|\(\?<(?![=!])/g) ?? []).length;
}

function escaped(path: string): string {
  return path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
