import type { HeaderFields } from '@sluice/plugin-kit';

const ABOUT_THE_BODY = ['content-length', 'content-encoding', 'etag', 'last-modified'] as const;

/** Takes away what an upstream said of a body that the client will not get as it was. */
export function forgetBody(headers: HeaderFields): void {
  for (const name of ABOUT_THE_BODY) headers.remove(name);
}
