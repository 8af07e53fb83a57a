/** The user name of an `Authorization: Basic` field (RFC 7617); undefined for any other. Never the password. */
export function basicUser(authorization: string | undefined): string | undefined {
  const match = authorization === undefined ? null : /^basic +([\w+/-]+=*)\s*$/i.exec(authorization);
  if (match === null) return undefined;
  const pair = Buffer.from(match[1] ?? '', 'base64').toString();
  const colon = pair.indexOf(':');
  return colon > 0 ? pair.slice(0, colon) : undefined;
}
