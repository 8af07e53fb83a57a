/** What is kept of an answer besides its body: plain data, made once, so that a hit only compares numbers. */
export interface StoredHead {
  readonly status: number;
  /** Name, value, name, value, as they are given to clients; without `Age` and `Date`. */
  readonly fields: readonly string[];
  /** Fields after the body. */
  readonly trailers: readonly string[];
  /** When it was made, in milliseconds since the epoch: `Date`, or when it arrived. */
  readonly date: number;
  /** When it arrived. */
  readonly responseAt: number;
  /** Its age in milliseconds when it arrived (RFC 9111, section 4.2.3). */
  readonly initialAgeMs: number;
  /** For how long it is fresh, counted from its age of 0. */
  readonly lifetimeMs: number;
  /** For how long after that it may be used while it is being fetched anew, and where it cannot be. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** It must be validated before each use. */
  readonly isCheckedAlways: boolean;
  /** It must not be used stale, whatever happens. */
  readonly isNeverStale: boolean;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** In place of an answer, where answers to one key differ by fields of the request: leads to them. */
export interface VariantIndex {
  /** Part of the keys of all variants: with another one they are forgotten. */
  readonly epoch: string;
  /** Lists of field names by which answers differ, in lower case and in order. */
  readonly lists: readonly (readonly string[])[];
  /** How many variants were made. */
  readonly count: number;
}

/** The age of a stored answer, in milliseconds. */
export function ageOf({ initialAgeMs, responseAt }: StoredHead, now: number): number {
  return initialAgeMs + Math.max(0, now - responseAt);
}

/** The first value of a field; give the name in lower case. */
export function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) if (fields[i]?.toLowerCase() === name) return fields[i + 1];
  return undefined;
}
