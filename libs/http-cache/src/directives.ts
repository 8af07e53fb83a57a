/** The longest time that is told apart, in seconds; longer ones are read as this (RFC 9111, section 1.2.2). */
export const secondsMax = 2 ** 31;

/** What `Cache-Control` says, of a request or of an answer. Names are in lower case. */
export interface Directives {
  has(name: string): boolean;
  /** Seconds that a directive gives: the least where it is repeated, 0 where it gives nothing usable; undefined without it. */
  seconds(name: string): number | undefined;
  /** The field names that a directive is limited to, in lower case; `all` where it is not; undefined without it. */
  fields(name: string): readonly string[] | 'all' | undefined;
}

/** A directive with its argument, or the next place to look at. */
const directive = /[\t ,]*(?:([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\t ,"]*)))?([^,]*)|[^,]+)/y;

/** Reads the lines of a `Cache-Control`. What cannot be read is left out, as if it were a directive that nobody knows. */
export function parseDirectives(lines: readonly string[]): Directives {
  const found = new Map<string, (string | null)[]>();
  for (const line of lines) readLine(line, found);
  return new ParsedDirectives(found);
}

function readLine(line: string, found: Map<string, (string | null)[]>): void {
  directive.lastIndex = 0;
  while (directive.lastIndex < line.length) {
    const match = directive.exec(line);
    if (match === null) return;
    const [, name, quoted, token, rest] = match;
    // Whatever stands behind an argument makes it another one than it looks like.
    if (name === undefined || rest?.trim() !== '') continue;
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? null;
    const key = name.toLowerCase();
    const values = found.get(key);
    if (values === undefined) found.set(key, [value]);
    else values.push(value);
  }
}

class ParsedDirectives implements Directives {
  readonly #found: ReadonlyMap<string, readonly (string | null)[]>;

  constructor(found: ReadonlyMap<string, readonly (string | null)[]>) {
    this.#found = found;
  }

  has(name: string): boolean {
    return this.#found.has(name);
  }

  seconds(name: string): number | undefined {
    const values = this.#found.get(name);
    return values && Math.min(...values.map((value) => parseSeconds(value) ?? 0));
  }

  fields(name: string): readonly string[] | 'all' | undefined {
    const values = this.#found.get(name);
    if (values === undefined) return undefined;
    const names = values.flatMap((value) => (value ?? '').split(',').map((field) => field.trim().toLowerCase()));
    return values.includes(null) || names.includes('') ? 'all' : names;
  }
}

/** A whole number of seconds; undefined for anything else. */
export function parseSeconds(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Math.min(Number(text), secondsMax) : undefined;
}
