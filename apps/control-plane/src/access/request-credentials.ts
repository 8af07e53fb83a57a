import type { FastifyRequest } from 'fastify';

/** The session cookie. Its path keeps it away from the Admin API, which answers pages of any origin. */
export const SESSION_COOKIE = 'sluice_session';

const SESSION_PATH = '/api/v1';

/** The admin key of a request to `/api/v1`. */
export function apiKeyOf(request: FastifyRequest): string | undefined {
  return header(request, 'x-api-key') ?? bearerOf(request);
}

/** The admin key of a request to the compatible Admin API, which takes it in three places; a bearer token is the last. */
export function adminApiKeyOf(request: FastifyRequest): string | undefined {
  const { api_key: inQuery } = request.query as { readonly api_key?: unknown };
  if (typeof inQuery === 'string' && inQuery !== '') return inQuery;
  return header(request, 'x-api-key') ?? readCookie(request, 'x_api_key') ?? bearerOf(request);
}

/** The session token of a request. */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  return readCookie(request, SESSION_COOKIE);
}

/** The `set-cookie` value that starts a session in a browser, or ends it where the token is null. */
export function sessionCookie(token: string | null, lifetimeSeconds: number, isSecure: boolean): string {
  const parts = [`${SESSION_COOKIE}=${token ?? ''}`, `Path=${SESSION_PATH}`, 'HttpOnly', 'SameSite=Strict'];
  parts.push(`Max-Age=${token === null ? 0 : lifetimeSeconds}`);
  if (isSecure) parts.push('Secure');
  return parts.join('; ');
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value of a cookie of a request. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined;
  }
  return undefined;
}
