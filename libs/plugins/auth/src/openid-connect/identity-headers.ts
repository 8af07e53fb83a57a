import type { RequestContext } from '@sluice/plugin-kit';
import type { OpenidConfig } from './config.ts';

/** Only the gateway says these: what a client sends under such a name is dropped, whoever it is. */
const ownNames = ['x-access-token', 'x-id-token', 'x-raw-id-token', 'x-refresh-token', 'x-userinfo'];

/** Header lines for the upstream, made once for as long as an identity lasts. */
export type IdentityHeaders = readonly (readonly [name: string, value: string])[];

/** What is known of somebody. */
export interface Identity {
  readonly accessToken?: string | undefined;
  readonly idToken?: { readonly text: string; readonly claims: object } | undefined;
  readonly refreshToken?: string | undefined;
  readonly user?: object | undefined;
}

type Config = Pick<
  OpenidConfig,
  | 'set_access_token_header'
  | 'access_token_in_authorization_header'
  | 'set_id_token_header'
  | 'set_raw_id_token_header'
  | 'set_userinfo_header'
  | 'set_refresh_token_header'
>;

/** Drops what a client claims to be. */
export function dropClaimed({ request }: RequestContext): void {
  for (const name of ownNames) request.headers.remove(name);
}

/** Drops a bearer token that nobody has looked at, where the upstream takes that header for the gateway's word. */
export function dropUnchecked({ request }: RequestContext, config: Config): void {
  if (!config.set_access_token_header || !config.access_token_in_authorization_header) return;
  if (/^bearer\b/i.test(request.headers.get('authorization') ?? '')) request.headers.remove('authorization');
}

/** What the upstream is told of somebody. */
export function identityHeaders(
  config: Config,
  { accessToken, idToken, refreshToken, user }: Identity,
): IdentityHeaders {
  const lines: [string, string][] = [];
  if (accessToken !== undefined && config.set_access_token_header) {
    const isAuthorization = config.access_token_in_authorization_header;
    lines.push(isAuthorization ? ['Authorization', `Bearer ${accessToken}`] : ['X-Access-Token', accessToken]);
  }
  if (idToken && config.set_id_token_header) lines.push(['X-ID-Token', encoded(idToken.claims)]);
  if (idToken && config.set_raw_id_token_header) lines.push(['X-Raw-ID-Token', idToken.text]);
  if (user && config.set_userinfo_header) lines.push(['X-Userinfo', encoded(user)]);
  if (refreshToken !== undefined && config.set_refresh_token_header) lines.push(['X-Refresh-Token', refreshToken]);
  return lines;
}

/** Tells the upstream. */
export function tellUpstream({ request }: RequestContext, headers: IdentityHeaders): void {
  for (const [name, value] of headers) request.headers.set(name, value);
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
