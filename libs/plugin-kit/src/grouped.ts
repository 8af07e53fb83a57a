/**
 * Names with their values, of lines or arguments: one value as it is, several of a name as a list, in order. `nameOf` says
 * which names are one; without it, those that are spelled alike.
 */
export function grouped<V extends string | boolean>(
  entries: Iterable<readonly [name: string, value: V]>,
  nameOf?: (name: string) => string,
): Record<string, V | V[]> {
  // Not an object right away: a client may send any name, `__proto__` as well.
  const values = new Map<string, V | V[]>();
  for (const [given, value] of entries) {
    const name = nameOf ? nameOf(given) : given;
    const before = values.get(name);
    if (Array.isArray(before)) before.push(value);
    else values.set(name, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(values);
}
