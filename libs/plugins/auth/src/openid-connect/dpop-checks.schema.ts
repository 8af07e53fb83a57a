import { isSecretReference, type RuleHooks } from '@sluice/schema';

/** As much of the settings as is checked here. */
export interface DpopSettings {
  readonly enabled: boolean;
  readonly private_key?: string | undefined;
  readonly public_jwk?: Readonly<Record<string, unknown>> | undefined;
  readonly signing_alg: string;
}

type Jwk = Readonly<Record<string, unknown>>;

/** What a thumbprint is made of (RFC 7638, section 3.2), by type of key. */
const members: Readonly<Record<string, readonly string[]>> = { RSA: ['e', 'n'], EC: ['crv', 'x', 'y'] };

/** What is wrong with the keys that tokens shall be bound to. Keys that are only laid out are nobody's concern yet. */
export function checkDpop(dpop: DpopSettings | undefined, hooks: RuleHooks | undefined): string | undefined {
  if (!dpop?.enabled || dpop.public_jwk === undefined || dpop.private_key === undefined) return undefined;
  const { public_jwk: jwk, private_key: pem, signing_alg: algorithm } = dpop;
  return checkMembers(jwk) ?? checkAlgorithm(algorithm, jwk) ?? checkPair(pem, jwk, hooks);
}

function checkMembers(jwk: Jwk): string | undefined {
  const kty = String(jwk['kty']);
  const wanted = Object.hasOwn(members, kty) ? members[kty] : undefined;
  const field = 'property "dpop.public_jwk" validation failed:';
  if (wanted === undefined) return `${field} kty "${kty}" is not supported`;
  if (wanted.some((name) => jwk[name] === undefined)) return `${field} kty "${kty}" requires ${wanted.join(', ')}`;
  const empty = wanted.find((name) => typeof jwk[name] !== 'string' || jwk[name] === '');
  return empty === undefined ? undefined : `${field} "${empty}" must be a non-empty string`;
}

function checkAlgorithm(algorithm: string, jwk: Jwk): string | undefined {
  const field = `property "dpop.signing_alg" "${algorithm}" requires`;
  if (algorithm !== 'ES256') return jwk['kty'] === 'RSA' ? undefined : `${field} an RSA "dpop.public_jwk"`;
  if (jwk['kty'] !== 'EC') return `${field} an EC "dpop.public_jwk"`;
  return jwk['crv'] === 'P-256' ? undefined : `${field} "dpop.public_jwk" crv "P-256", got "${String(jwk['crv'])}"`;
}

function checkPair(pem: string, jwk: Jwk, hooks: RuleHooks | undefined): string | undefined {
  if (isSecretReference(pem) || hooks?.publicJwkOf === undefined) return undefined;
  const half = hooks.publicJwkOf(pem);
  if (half === null) return 'property "dpop.private_key" is not a valid key';
  if (half === 'public') return 'property "dpop.private_key" has no private key in it';
  const mismatch = 'property "dpop.public_jwk" is not the public key of "dpop.private_key":';
  if (half['kty'] !== jwk['kty']) return `${mismatch} kty is "${String(half['kty'])}"`;
  const other = members[String(jwk['kty'])]?.find((name) => half[name] !== jwk[name]);
  return other === undefined ? undefined : `${mismatch} ${other}`;
}
