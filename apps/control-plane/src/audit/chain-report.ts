/** What the check of a chain of hashes came to: how much was checked, or where it first does not hold. */
export type ChainReport =
  | { readonly isIntact: true; readonly checked: number }
  | { readonly isIntact: false; readonly at: number; readonly reason: string };

/** The chain does not hold from here on. */
export function broken(at: number, reason: string): ChainReport {
  return { isIntact: false, at, reason };
}
