import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { PluginConsumerOf } from '@sluice/schema';
import { usableSecret } from '../shared/secret-text.ts';
import type { Jwt } from './jwt.ts';
import type { jwtAuthSchema } from './schema.ts';

/** What a consumer says to the plugin, defaults filled. */
export type JwtConsumer = PluginConsumerOf<typeof jwtAuthSchema>;

/** Whether a signature is good. */
type SignatureCheck = (signed: string, signature: Buffer) => boolean;

const checks = new WeakMap<JwtConsumer, SignatureCheck | null>();

/**
 * Whether a token is signed by this consumer, in the way that the consumer says. The token does not choose the algorithm:
 * otherwise a public key could be used as the secret of an HS one.
 */
export function isSignedBy(consumer: JwtConsumer, { algorithm, signed, signature }: Jwt): boolean {
  if (algorithm !== consumer.algorithm) return false;
  let isGood = checks.get(consumer);
  if (isGood === undefined) {
    isGood = checkOf(consumer);
    checks.set(consumer, isGood);
  }
  return isGood !== null && isGood(signed, signature);
}

/** Null where the consumer has no usable key. */
function checkOf(consumer: JwtConsumer): SignatureCheck | null {
  const { algorithm } = consumer;
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('HS')) return sharedKeyCheck(hash, consumer);
  const key = publicKeyOf(consumer);
  if (key === null) return null;
  if (algorithm === 'EdDSA') return (signed, signature) => verify(null, Buffer.from(signed), key, signature);
  const options = { key, ...paddingOf(algorithm) };
  return (signed, signature) => verify(hash, Buffer.from(signed), options, signature);
}

function sharedKeyCheck(hash: string, consumer: JwtConsumer): SignatureCheck | null {
  const secret = usableSecret(consumer.secret);
  if (secret === undefined) return null;
  const key = createSecretKey(Buffer.from(secret, consumer.base64_secret ? 'base64' : 'utf8'));
  return (signed, signature) => {
    const expected = createHmac(hash, key).update(signed).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  };
}

const curves: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

const keyTypes: Readonly<Record<string, readonly string[]>> = {
  Ed: ['ed25519', 'ed448'],
  ES: ['ec'],
  PS: ['rsa', 'rsa-pss'],
  RS: ['rsa'],
};

/** The key, if it is one that the algorithm is made for. */
function publicKeyOf({ algorithm, public_key: pem = '' }: JwtConsumer): KeyObject | null {
  const key = readKey(pem);
  const types = keyTypes[algorithm.slice(0, 2)] ?? [];
  if (key === null || !types.includes(key.asymmetricKeyType ?? '')) return null;
  const curve = curves[algorithm];
  return curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve ? key : null;
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    // A reference that nothing resolved, or what it was resolved to: it opens nothing.
    return null;
  }
}

function paddingOf(algorithm: string) {
  if (algorithm.startsWith('PS'))
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  // Signatures of JWTs are the two numbers side by side, not DER (RFC 7518, section 3.4).
  return algorithm.startsWith('ES') ? { dsaEncoding: 'ieee-p1363' as const } : {};
}
