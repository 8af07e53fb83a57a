import type { RequestContext } from '@sluice/plugin-kit';
import { hideCookie } from '../shared/cookies.ts';
import { withoutArgument } from '../shared/query-string.ts';

/** Where a token may stand. */
export interface TokenPlaces {
  /** In lower case. */
  readonly header: string;
  readonly query: string;
  readonly cookie: string;
}

/** A token, and the place where it was found. */
export interface PresentedToken {
  readonly token: string;
  readonly place: keyof TokenPlaces;
}

const bearer = /^bearer +/i;

/** The token of a request: that of the header, of the query, of the cookie, whichever comes first. */
export function presentedToken({ request }: RequestContext, places: TokenPlaces): PresentedToken | undefined {
  const fromHeader = request.headers.get(places.header);
  if (fromHeader !== undefined) return { token: fromHeader.replace(bearer, ''), place: 'header' };
  const fromQuery = request.arg(places.query);
  if (fromQuery !== undefined) return { token: fromQuery, place: 'query' };
  const fromCookie = request.cookie(places.cookie);
  return fromCookie === undefined ? undefined : { token: fromCookie, place: 'cookie' };
}

/** Takes the token out of the place where it was found, and leaves everything else as it is. */
export function hideToken({ request }: RequestContext, place: keyof TokenPlaces, places: TokenPlaces): void {
  if (place === 'header') request.headers.remove(places.header);
  else if (place === 'query') request.query = withoutArgument(request.query, places.query);
  else hideCookie(request.headers, places.cookie);
}
