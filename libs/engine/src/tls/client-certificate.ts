import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

const chainMax = 100;

/**
 * What became of the check of a client's certificate: `SUCCESS`, `NONE` or `FAILED:<reason>`. OpenSSL has followed the chain to
 * one of the authorities; how many certificates may lie between them is checked here, since Node cannot be told.
 */
export function verificationOf(socket: TLSSocket, depthMax: number): string {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return 'NONE';
  if (!socket.authorized) return `FAILED:${String(socket.authorizationError ?? 'not verified')}`;
  return intermediatesOf(leaf) > depthMax ? 'FAILED:certificate chain too long' : 'SUCCESS';
}

/** Certificates between that of the client and the authority that is trusted. */
function intermediatesOf(leaf: X509Certificate): number {
  let count = 0;
  let at = leaf;
  while (count < chainMax) {
    const issuer = at.issuerCertificate;
    // The authority signs itself, or was not sent along because the gateway has it.
    if (issuer === undefined || issuer === at || issuer.fingerprint256 === at.fingerprint256) return count;
    if (issuer.subject === issuer.issuer) return count;
    count += 1;
    at = issuer;
  }
  return count;
}
