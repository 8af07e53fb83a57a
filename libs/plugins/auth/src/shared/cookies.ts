/** The value of a `Cookie` header without any cookie of this name; undefined where none is left. */
export function withoutCookie(header: string, name: string): string | undefined {
  const kept = header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() !== name);
  const left = kept.join(';').trim();
  return left === '' ? undefined : left;
}
