import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

/** What the clients of the loads present, and what the consumer of all of them is given. */
export const secrets = {
  password: 'bench-password-6d1f',
  jwtKey: 'bench-jwt',
  jwtSecret: 'bench-jwt-secret-of-more-than-32-bytes',
  hmacKey: 'bench-hmac',
  hmacSecret: 'bench-hmac-secret',
};

/** A token of HS256 (RFC 7515) for the consumer; `id` makes it differ from others. */
export function jwt(id: number): string {
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ key: secrets.jwtKey, jti: `token-${id}` })}`;
  return `${signed}.${createHmac('sha256', secrets.jwtSecret).update(signed).digest('base64url')}`;
}

const provider = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Who issues access tokens, as far as the loads go, and the key that it signs them with, in PEM. */
export const issuer = {
  name: 'https://id.example.com',
  publicKey: String(provider.publicKey.export({ type: 'spki', format: 'pem' })),
};

/** An access token of ES256 from the issuer. */
export function accessToken(): string {
  const claims = { iss: issuer.name, sub: 'bench', scope: 'orders', exp: 4_000_000_000 };
  const signed = `${encoded({ alg: 'ES256', typ: 'at+jwt' })}.${encoded(claims)}`;
  const key = { key: provider.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** Headers of a request that is signed now, by its date alone, so that it is good for every path. */
export function signedHeaders(): Readonly<Record<string, string>> {
  const date = new Date().toUTCString();
  const text = `${secrets.hmacKey}\ndate: ${date}\n`;
  const signature = createHmac('sha256', secrets.hmacSecret).update(text).digest('base64');
  const parts = [
    ['keyId', secrets.hmacKey],
    ['algorithm', 'hmac-sha256'],
    ['headers', 'date'],
    ['signature', signature],
  ];
  return { Date: date, Authorization: `Signature ${parts.map(([name, value]) => `${name}="${value}"`).join(',')}` };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
