import { setFlagsFromString } from 'node:v8';

// Makes the flag `l` known; the usual engine goes on running everything else.
setFlagsFromString('--enable-experimental-regexp-engine');

const LINEAR = 'l';

/**
 * A pattern from outside, run by the engine whose time is linear in the text, so that no pattern can keep the process busy.
 * Undefined for what is no pattern and for what needs lookaround or backreferences, which that engine does not know.
 */
export function linearPattern(source: string): RegExp | undefined {
  try {
    return new RegExp(source, LINEAR);
  } catch {
    // The engine's words about the pattern are of no use to who sent it.
    return undefined;
  }
}
