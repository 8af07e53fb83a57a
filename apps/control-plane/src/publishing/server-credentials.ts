import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import type { Settings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * How data planes reach this control plane. Private keys travel here, so beyond loopback only mutual TLS will do: both
 * sides show a certificate.
 */
export function serverCredentials(settings: Settings): ServerCredentials {
  const { host, grpc_tls_cert: certificate, grpc_tls_key: key, grpc_tls_ca: authority } = settings;
  if (certificate && key) {
    if (!authority && !isLoopback(host)) {
      throw new StartError(`SLUICE_GRPC_TLS_CA: is required to listen on ${host}, or anybody could read private keys.`);
    }
    const pair = {
      cert_chain: readPem('SLUICE_GRPC_TLS_CERT', certificate),
      private_key: readPem('SLUICE_GRPC_TLS_KEY', key),
    };
    const trusted = authority ? readPem('SLUICE_GRPC_TLS_CA', authority) : null;
    return ServerCredentials.createSsl(trusted, [pair], trusted !== null);
  }
  if (isLoopback(host)) return ServerCredentials.createInsecure();
  throw new StartError(
    `SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: are required to serve data planes on ${host}; without TLS only loopback is.`,
  );
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
