import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

const pemCertificate =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM text, in order; none where any of them cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] {
  try {
    return (pem.match(pemCertificate) ?? []).map((block) => new X509Certificate(block));
  } catch {
    // OpenSSL's words are about its own functions; the caller says which field it is.
    return [];
  }
}

/** What is wrong with PEM certificates; undefined where they can be read. The words are those of the compatible API. */
export function checkCertificates(pem: string): string | undefined {
  return certificatesIn(pem).length === 0 ? 'failed to parse cert: PEM_read_bio_X509_AUX() failed' : undefined;
}

/** What is wrong with a PEM certificate and its private key; undefined where they belong together. Never quotes either. */
export function checkKeyPair(certificate: string, key: string): string | undefined {
  const problem = checkCertificates(certificate);
  if (problem !== undefined) return problem;
  const privateKey = readKey(key);
  if (privateKey === null) return 'failed to parse key: PEM_read_bio_PrivateKey() failed';
  const [leaf] = certificatesIn(certificate);
  return leaf?.checkPrivateKey(privateKey) ? undefined : 'failed to parse key: it does not belong to the certificate';
}

/** What is wrong with a PEM public key; undefined where it, or the public half of a private key, can be read. */
export function checkPublicKey(pem: string): string | undefined {
  try {
    createPublicKey(pem);
    return undefined;
  } catch {
    // OpenSSL's words are about its own functions.
    return 'it is not a public key in PEM';
  }
}

/** The public half of a private key in PEM, as a JWK (RFC 7517); `public` for a public key, null for what is no key. */
export function publicJwkOf(pem: string): Readonly<Record<string, unknown>> | 'public' | null {
  const key = readKey(pem);
  if (key === null) return checkPublicKey(pem) === undefined ? 'public' : null;
  try {
    return { ...createPublicKey(key).export({ format: 'jwk' }) };
  } catch {
    // A key of a kind that JWKs do not know.
    return null;
  }
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // Also a key behind a passphrase: there is nobody to ask for it.
    return null;
  }
}
