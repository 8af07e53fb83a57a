/** A query string without any of the arguments of this name. All others keep their bytes and their order. */
export function withoutArgument(query: string, name: string): string {
  return query
    .split('&')
    .filter((argument) => nameOf(argument) !== name)
    .join('&');
}

function nameOf(argument: string): string {
  const end = argument.indexOf('=');
  const raw = end < 0 ? argument : argument.slice(0, end);
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    // Not valid percent-encoding: then it is a name as it stands, and cannot be an encoded spelling of another one.
    return raw;
  }
}
