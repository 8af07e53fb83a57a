/** The first value of a query argument, decoded; an argument without `=` has the empty text. */
export function firstArgument(query: string, name: string): string | undefined {
  let at = 0;
  while (at < query.length) {
    const end = endOf(query, at, '&');
    const equals = query.indexOf('=', at);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    if (decodedForm(query.slice(at, nameEnd)) === name)
      return decodedForm(query.slice(Math.min(nameEnd + 1, end), end));
    at = end + 1;
  }
  return undefined;
}

/** The value of the first cookie of exactly this name. */
export function firstCookie(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}

function endOf(text: string, from: number, separator: string): number {
  const end = text.indexOf(separator, from);
  return end < 0 ? text.length : end;
}

function decodedForm(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A broken escape stands for itself, as nginx has it.
    return spaced;
  }
}
