import { grouped } from '@sluice/plugin-kit';

/** So many arguments are read: a client chooses how many there are. */
const argumentsMax = 100;

type Argument = string | true;

/**
 * The arguments of a query by name, as logs say them: `true` for one without `=`, a list where one came several times. What
 * is no percent-encoding is left as it is.
 */
export function argumentsOf(query: string): Record<string, Argument | Argument[]> {
  return grouped(
    query
      .split('&', argumentsMax)
      .map(argumentOf)
      .filter(([name]) => name !== ''),
  );
}

function argumentOf(text: string): [name: string, value: Argument] {
  const end = text.indexOf('=');
  return end < 0 ? [decoded(text), true] : [decoded(text.slice(0, end)), decoded(text.slice(end + 1))];
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Half an escape, or bytes that are no UTF-8: as they came, they say most.
    return spaced;
  }
}
