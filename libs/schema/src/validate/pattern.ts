const cache = new Map<string, (text: string) => boolean>();

/** A test for a schema's pattern. Patterns come with the code, so keeping them is bounded, and they are trusted to be quick. */
export function patternTest(pattern: string): (text: string) => boolean {
  const known = cache.get(pattern);
  if (known) return known;
  const test = testOf(pattern);
  cache.set(pattern, test);
  return test;
}

function testOf(pattern: string): (text: string) => boolean {
  if (pattern === '.*' || pattern === '^.*$') return () => true;
  const expression = translated(pattern);
  return (text) => expression.test(text);
}

/**
 * The patterns were written for PCRE: `\A`, `\z` and a leading `(?i)` have other names here, and `\p{…}` needs the flag
 * `u`, under which classes such as `[a-z-_]` would be errors; so that flag is set only where a pattern asks for it.
 */
function translated(pattern: string): RegExp {
  const ignoresCase = pattern.startsWith('(?i)');
  const source = (ignoresCase ? pattern.slice(4) : pattern).replace(/\\([\s\S])/g, anchor);
  const needsUnicode = /(?<!\\)(?:\\\\)*\\[pP]\{/.test(source);
  return new RegExp(source, `${ignoresCase ? 'i' : ''}${needsUnicode ? 'u' : ''}`);
}

function anchor(escape: string, letter: string): string {
  if (letter === 'A') return '^';
  if (letter === 'z') return '$';
  return letter === 'Z' ? '(?=\\n?$)' : escape;
}
