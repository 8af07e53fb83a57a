import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import { publicKeySha256 } from '@sluice/sync/grpc';
import type { Settings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';

/** A certificate (with what leads to its authority) and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** How data planes reach this control plane. */
export interface ServerIdentity {
  readonly credentials: ServerCredentials;
  /** SHA-256 of the public key, which join tokens carry; undefined without TLS. */
  readonly keySha256: string | undefined;
}

type TlsSettings = Pick<Settings, 'host' | 'grpc_host' | 'grpc_tls' | 'grpc_tls_cert' | 'grpc_tls_key' | 'grpc_tls_ca'>;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Decides how data planes are served. Private keys travel here: with TLS every data plane has to prove who it is, without
 * it only this machine is served. `generated` gives the certificate that the control planes of one database share.
 */
export async function serverIdentity(
  settings: TlsSettings,
  generated: () => Promise<KeyPair>,
): Promise<ServerIdentity> {
  const pair = configuredPair(settings) ?? (settings.grpc_tls === 'auto' ? await generated() : undefined);
  if (pair) {
    const authority = settings.grpc_tls_ca && readPem('SLUICE_GRPC_TLS_CA', settings.grpc_tls_ca);
    return { credentials: new TlsCredentials(pair, authority), keySha256: publicKeySha256(pair.certificate) };
  }
  if (settings.grpc_tls_ca) {
    throw new StartError(
      'SLUICE_GRPC_TLS_CA: certificates of data planes need TLS, set SLUICE_GRPC_TLS_CERT and _KEY.',
    );
  }
  const host = settings.grpc_host ?? settings.host;
  if (isLoopback(host)) return { credentials: ServerCredentials.createInsecure(), keySha256: undefined };
  throw new StartError(
    `SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: are required to serve data planes on ${host} ` +
      '(or SLUICE_GRPC_TLS=auto, which makes a certificate); without TLS only loopback is.',
  );
}

/**
 * TLS that asks for a certificate where there is an authority for it, and lets those without one in all the same: they may
 * have a join token. What a certificate is worth, the library tells per stream: only one that the authority signed is shown.
 */
class TlsCredentials extends ServerCredentials {
  constructor({ certificate, key }: KeyPair, authority: string | undefined) {
    const isAsked = authority !== undefined;
    super({ requestCert: isAsked, rejectUnauthorized: false }, { cert: certificate, key, ca: authority, ...strict });
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

/** Both ends are ours and of one age. */
const strict = { minVersion: 'TLSv1.3' } as const;

function configuredPair({ grpc_tls_cert: certificate, grpc_tls_key: key }: TlsSettings): KeyPair | undefined {
  if (!certificate && !key) return undefined;
  if (!certificate || !key) {
    throw new StartError('SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: one is of no use without the other.');
  }
  const pair = {
    certificate: readPem('SLUICE_GRPC_TLS_CERT', certificate),
    key: readPem('SLUICE_GRPC_TLS_KEY', key),
  };
  if (!belongTogether(pair)) {
    throw new StartError(`SLUICE_GRPC_TLS_KEY: ${key} is not the private key of the certificate in ${certificate}.`);
  }
  return pair;
}

function belongTogether({ certificate, key }: KeyPair): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // What is no certificate or no key at all does not belong to anything; the message names both files.
    return false;
  }
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
