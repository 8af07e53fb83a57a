import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import type { Settings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';

/**
 * How the APIs are served over TLS; undefined where they are not. With an authority of clients, whoever shows no certificate
 * of that authority gets no answer at all. Throws a StartError rather than to serve less safely than was asked for.
 */
export function adminTls(settings: Settings): ServerOptions | undefined {
  const { admin_tls_cert: cert, admin_tls_key: key, admin_tls_ca: ca } = settings;
  if (!cert && !key && !ca) return undefined;
  if (!cert || !key) {
    throw new StartError('SLUICE_ADMIN_TLS_CERT, SLUICE_ADMIN_TLS_KEY: TLS needs both of them.');
  }
  const pair = { cert: readPem('SLUICE_ADMIN_TLS_CERT', cert), key: readPem('SLUICE_ADMIN_TLS_KEY', key) };
  if (!belongTogether(pair)) {
    throw new StartError(`SLUICE_ADMIN_TLS_KEY: ${key} is not the private key of the certificate in ${cert}.`);
  }
  const clients = ca && { ca: readPem('SLUICE_ADMIN_TLS_CA', ca), requestCert: true, rejectUnauthorized: true };
  return { ...pair, ...clients, minVersion: 'TLSv1.2' };
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function belongTogether({ cert, key }: { readonly cert: string; readonly key: string }): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    // What is no certificate or no key at all does not belong to anything; the message names both files.
    return false;
  }
}
