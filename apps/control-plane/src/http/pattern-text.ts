/** What makes a pattern say more than one text after the other: choices, groups, classes, escapes. */
const tooMuch = /[|()[\]\\]/;

/** A character that may be missing: it, and what makes it so, is no text. */
const optional = /.(?:[*?]|\{[^}]*\})/g;

/** Whatever is no plain character; `+` only ends the text that it follows. Case is no question for ASCII alone. */
const noText = /[^A-Za-z0-9_/-]+/;

/**
 * A text that everything which a pattern matches must contain, the longest that is certain; undefined where none is. A
 * database can look for it before the pattern itself is tried.
 */
export function certainText(source: string): string | undefined {
  if (tooMuch.test(source)) return undefined;
  const texts = source.replaceAll(optional, '\0').split(noText);
  const [longest = ''] = texts.sort((a, b) => b.length - a.length);
  return longest === '' ? undefined : longest;
}
