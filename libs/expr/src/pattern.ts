import { setFlagsFromString } from 'node:v8';
import { linearForm } from './linear-form.ts';

// A pattern that backtracks too much is finished by V8's linear engine, so that no input of a client can stall the process.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
// Makes the flag `l` known, by which it is checked that the linear engine can.
setFlagsFromString('--enable-experimental-regexp-engine');

/** A pattern that cannot be used; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * Compiles a PCRE-style pattern from configuration. Only what the linear engine can finish is accepted, since anything else
 * can be made to take forever by what a client sends: no lookarounds, no backreferences, no large counts of groups. Case is
 * ignored for ASCII letters. Throws a PatternError.
 */
export function compilePattern(source: string, flags = ''): RegExp {
  const isInsensitive = source.startsWith('(?i)') || flags.includes('i');
  const text = pcreAnchors(source.startsWith('(?i)') ? source.slice(4) : source);
  const refused = unservedConstruct(text);
  if (refused) throw new PatternError(`${refused} are not supported in "${source}"`);
  const plain = flags.replace('i', '');
  if (!isPattern(text, plain)) throw new PatternError(`"${source}" is not a valid regular expression`);
  const linear = linearForm(text, isInsensitive);
  if (!isPattern(linear, `${plain}l`)) throw new PatternError(`"${source}" cannot be run in linear time`);
  return new RegExp(linear, plain);
}

/** What is wrong with a pattern; undefined where it can be used. */
export function checkPattern(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function isPattern(text: string, flags: string): boolean {
  try {
    return new RegExp(text, flags) instanceof RegExp;
  } catch {
    // The engine's words are about its own spelling of the pattern.
    return false;
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
      if (/[pP]/.test(source[i] ?? '')) return 'Unicode classes';
      if (!isInClass && /[1-9k]/.test(source[i] ?? '')) return 'backreferences';
    } else if (isInClass) isInClass = char !== ']';
    else if (char === '[') isInClass = true;
    else if (char === '(' && /^\(\?<?[=!]/.test(source.slice(i, i + 4))) return 'lookarounds';
  }
  return undefined;
}
