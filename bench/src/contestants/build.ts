import { resolve } from 'node:path';

/** A build of the data plane. Several can be compared in one run. */
export interface Build {
  readonly name: string;
  readonly main: string;
  /** Flags of Node before the program. */
  readonly flags: readonly string[];
}

/** Reads `name=path/to/main.js,--flag,...`. */
export function buildFrom(text: string): Build {
  const at = text.indexOf('=');
  const [main = '', ...flags] = text.slice(at + 1).split(',');
  return { name: at < 0 ? main : text.slice(0, at), main: resolve(main), flags };
}
