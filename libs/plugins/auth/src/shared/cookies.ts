import type { HeaderFields } from '@sluice/plugin-kit';

/** Keeps the cookies of a name from whoever gets the request, and leaves the others as they are. */
export function hideCookie(headers: HeaderFields, name: string): void {
  const lines = headers.getAll('cookie').map((line) => withoutCookie(line, name));
  const left = lines.filter((line) => line !== undefined);
  if (left.length === 0) headers.remove('cookie');
  else headers.set('Cookie', left);
}

/** The value of a `Cookie` header without any cookie of this name; undefined where none is left. */
export function withoutCookie(header: string, name: string): string | undefined {
  const kept = header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() !== name);
  const left = kept.join(';').trim();
  return left === '' ? undefined : left;
}
