import type { StoredHead } from '@sluice/http-cache';
import type { HeaderFields } from '@sluice/plugin-kit';

/** Takes out what would get the client less than a whole answer, which the cache could not keep. */
export function askForWhole(headers: HeaderFields): void {
  headers.remove('if-none-match');
  headers.remove('if-modified-since');
}

/** Asks the upstream whether what is stored still holds. */
export function askForChange(headers: HeaderFields, { etag, lastModified }: StoredHead): void {
  askForWhole(headers);
  headers.remove('range');
  headers.remove('if-range');
  if (etag !== null) headers.set('If-None-Match', etag);
  if (lastModified !== null) headers.set('If-Modified-Since', lastModified);
}
