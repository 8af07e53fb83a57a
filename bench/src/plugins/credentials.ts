import { hs256, keysFor, signedHeaders, signJwt } from '@sluice/testing/signing';

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
  return hs256({ key: secrets.jwtKey, jti: `token-${id}` }, secrets.jwtSecret);
}

const provider = keysFor('ES256');

/** Who issues access tokens, as far as the loads go, and the key that it signs them with, in PEM. */
export const issuer = { name: 'https://id.example.com', publicKey: provider.pem };

/** An access token of ES256 from the issuer. */
export function accessToken(): string {
  const claims = { iss: issuer.name, sub: 'bench', scope: 'orders', exp: 4_000_000_000 };
  return signJwt(claims, 'ES256', provider.signer, { typ: 'at+jwt' });
}

/** Headers of a request that is signed now, by its date alone, so that it is good for every path. */
export function signedRequest(): Readonly<Record<string, string>> {
  return signedHeaders({ keyId: secrets.hmacKey, secret: secrets.hmacSecret });
}
