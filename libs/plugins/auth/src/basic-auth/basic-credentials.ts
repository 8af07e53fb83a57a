/** What a client presents. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

const scheme = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const spaces = /\s+/g;

/** Reads the value of an `Authorization` header (RFC 7617); undefined where it is not of the scheme or malformed. */
export function readBasicCredentials(header: string): BasicCredentials | undefined {
  const encoded = scheme.exec(header.trim())?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Name and password as clients meant them that encoded a line break or blanks along with them. */
export function withoutSpaces({ username, password }: BasicCredentials): [username: string, password: string] {
  return [username.replaceAll(spaces, ''), password.replaceAll(spaces, '')];
}
