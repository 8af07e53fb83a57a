import { constants, type KeyObject, verify } from 'node:crypto';
import { keyedHashCheck } from './keyed-hash.ts';

/** Whether a signature is good. */
export type SignatureCheck = (signed: string, signature: Buffer) => boolean;

/** How tokens are signed with a secret that both sides know (RFC 7518, section 3.2): `HS256` and the like. */
export function sharedKeyCheck(algorithm: string, secret: Buffer): SignatureCheck {
  return keyedHashCheck(hashOf(algorithm), secret);
}

/** How tokens are signed with a private key; null where this public key is not one that the algorithm is made for. */
export function publicKeyCheck(algorithm: string, key: KeyObject): SignatureCheck | null {
  if (!suits(algorithm, key)) return null;
  if (algorithm === 'EdDSA') return (signed, signature) => verify(null, Buffer.from(signed), key, signature);
  const hash = hashOf(algorithm);
  const options = { key, ...paddingOf(algorithm) };
  return (signed, signature) => verify(hash, Buffer.from(signed), options, signature);
}

const curves: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

const keyTypes: Readonly<Record<string, readonly string[]>> = {
  Ed: ['ed25519', 'ed448'],
  ES: ['ec'],
  PS: ['rsa', 'rsa-pss'],
  RS: ['rsa'],
};

function suits(algorithm: string, key: KeyObject): boolean {
  const types = keyTypes[algorithm.slice(0, 2)] ?? [];
  if (!types.includes(key.asymmetricKeyType ?? '')) return false;
  const curve = curves[algorithm];
  return curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve;
}

function hashOf(algorithm: string): string {
  return `sha${algorithm.slice(2)}`;
}

function paddingOf(algorithm: string) {
  if (algorithm.startsWith('PS'))
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  // Signatures of JWTs are the two numbers side by side, not DER (RFC 7518, section 3.4).
  return algorithm.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' as const } : {};
}
