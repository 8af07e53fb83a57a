import { createHash, X509Certificate } from 'node:crypto';

/** What a join token is made of. */
export interface JoinToken {
  /** SHA-256 of the control plane's public key, in hexadecimal: by it a data plane knows whom it talks to, without an authority. */
  readonly keySha256: string;
  /** By it the control plane knows that the data plane was invited. */
  readonly secret: string;
}

/** Name of the metadata that carries the secret of a join token. */
export const JOIN_SECRET_KEY = 'sluice-join-secret';

const shape = /^sluice1\.(?<keySha256>[0-9a-f]{64})\.(?<secret>[\w-]{43})$/;

/** A join token as people copy it. */
export function formatJoinToken({ keySha256, secret }: JoinToken): string {
  return `sluice1.${keySha256}.${secret}`;
}

/** Takes a join token apart; undefined where the text is none. */
export function parseJoinToken(text: string): JoinToken | undefined {
  const { keySha256, secret } = shape.exec(text.trim())?.groups ?? {};
  return keySha256 === undefined || secret === undefined ? undefined : { keySha256, secret };
}

/** SHA-256 of the public key (SubjectPublicKeyInfo) of a certificate: it survives a renewal that keeps the key. */
export function publicKeySha256(certificate: X509Certificate | Uint8Array | string): string {
  const { publicKey } = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
