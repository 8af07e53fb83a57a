/**
 * A path whose parameters are whole segments, such as `/users/:id/files/*path`: compared from left to right, without a
 * regular expression, of which there would be one for each of many routes.
 */
export class SegmentPattern {
  /** What comes before the first parameter. */
  readonly #begin: number;
  /** What comes behind each parameter. */
  readonly #literals: readonly string[];
  readonly #names: readonly string[];
  readonly #takesRest: boolean;

  private constructor(begin: number, literals: readonly string[], names: readonly string[], takesRest: boolean) {
    this.#begin = begin;
    this.#literals = literals;
    this.#names = names;
    this.#takesRest = takesRest;
  }

  /** Takes a path apart whose first parameter begins at `begin`. Null where a wildcard stands anywhere but at the end. */
  static parse(source: string, begin: number, restName: string): SegmentPattern | null {
    const literals: string[] = [];
    const names: string[] = [];
    for (let at = begin; source[at] === ':';) {
      const end = segmentEnd(source, at);
      // A colon alone is text.
      if (end === at + 1) return null;
      names.push(source.slice(at + 1, end));
      const next = nextWildcard(source, end);
      literals.push(source.slice(end, next));
      at = next;
      if (source[at] !== '*') continue;
      if (source.includes('/', at)) return null;
      names.push(source.slice(at + 1) || restName);
      return new SegmentPattern(begin, literals, names, true);
    }
    return literals.length === 0 ? null : new SegmentPattern(begin, literals, names, false);
  }

  /** Whether a path that begins as the pattern does goes on as it does. */
  test(path: string): boolean {
    let at = this.#begin;
    for (const literal of this.#literals) {
      const end = segmentEnd(path, at);
      if (end === at || !path.startsWith(literal, end)) return false;
      at = end + literal.length;
    }
    return this.#takesRest || at === path.length;
  }

  /** What the parameters of a path that fits are. */
  params(path: string): Readonly<Record<string, string>> {
    const found: [name: string, value: string][] = [];
    let at = this.#begin;
    for (const [i, literal] of this.#literals.entries()) {
      const end = segmentEnd(path, at);
      found.push([this.#names[i] ?? '', path.slice(at, end)]);
      at = end + literal.length;
    }
    if (this.#takesRest) found.push([this.#names.at(-1) ?? '', path.slice(at)]);
    return Object.fromEntries(found);
  }
}

function segmentEnd(path: string, from: number): number {
  const slash = path.indexOf('/', from);
  return slash < 0 ? path.length : slash;
}

/** Where the next parameter or wildcard begins; the end where there is none. */
function nextWildcard(source: string, from: number): number {
  const star = source.indexOf('*', from);
  const colon = source.indexOf('/:', from) + 1;
  if (star < 0) return colon === 0 ? source.length : colon;
  return colon === 0 ? star : Math.min(star, colon);
}
