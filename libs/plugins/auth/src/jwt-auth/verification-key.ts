import { createPublicKey } from 'node:crypto';
import type { PluginConsumerOf } from '@sluice/schema';
import type { Jwt } from '../shared/jwt.ts';
import { usableSecret } from '../shared/secret-text.ts';
import { publicKeyCheck, sharedKeyCheck, type SignatureCheck } from '../shared/signature.ts';
import type { jwtAuthSchema } from './schema.ts';

/** What a consumer says to the plugin, defaults filled. */
export type JwtConsumer = PluginConsumerOf<typeof jwtAuthSchema>;

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
  const { algorithm, public_key: pem = '' } = consumer;
  if (!algorithm.startsWith('HS')) return pemCheck(algorithm, pem);
  const secret = usableSecret(consumer.secret);
  const encoding = consumer.base64_secret ? 'base64' : 'utf8';
  return secret === undefined ? null : sharedKeyCheck(algorithm, Buffer.from(secret, encoding));
}

function pemCheck(algorithm: string, pem: string): SignatureCheck | null {
  try {
    return publicKeyCheck(algorithm, createPublicKey(pem));
  } catch {
    // A reference that nothing resolved, or what it was resolved to: it opens nothing.
    return null;
  }
}
