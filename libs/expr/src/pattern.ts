import { setFlagsFromString } from 'node:v8';

// A pattern that backtracks too much is finished by V8's linear engine, so that no input of a client can stall the process.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/** A pattern that cannot be used; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * Compiles a PCRE-style pattern from configuration. Lookarounds and backreferences are refused: the linear engine cannot
 * run them, so they could be made to take forever. Throws a PatternError.
 */
export function compilePattern(source: string, flags = ''): RegExp {
  const isInsensitive = source.startsWith('(?i)');
  const text = pcreAnchors(isInsensitive ? source.slice(4) : source);
  const allFlags = isInsensitive && !flags.includes('i') ? `${flags}i` : flags;
  const refused = unservedConstruct(text);
  if (refused) throw new PatternError(`${refused} are not supported in "${source}"`);
  try {
    return new RegExp(text, /\\[pP]\{/.test(text) ? `${allFlags}u` : allFlags);
  } catch (cause) {
    throw new PatternError(`"${source}" is not a valid regular expression`, { cause });
  }
}

/** PCRE spells some anchors and named groups differently. */
function pcreAnchors(source: string): string {
  return source
    .replace(/\\([\s\S])/g, (escape, letter: string) => (letter === 'A' ? '^' : letter === 'z' ? '$' : escape))
    .replaceAll('(?P<', '(?<');
}

/** Walks the pattern once; inside a class and after a backslash nothing of this has a meaning. */
function unservedConstruct(source: string): string | undefined {
  let isInClass = false;
  for (let i = 0; i < source.length; i += 1) {
    const char = source[i];
    if (char === '\\') {
      i += 1;
      if (!isInClass && /[1-9k]/.test(source[i] ?? '')) return 'backreferences';
    } else if (isInClass) isInClass = char !== ']';
    else if (char === '[') isInClass = true;
    else if (char === '(' && /^\(\?<?[=!]/.test(source.slice(i, i + 4))) return 'lookarounds';
  }
  return undefined;
}
