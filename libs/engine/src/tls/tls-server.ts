import { constants } from 'node:crypto';
import { createServer, type SecureVersion, type Server, type TlsOptions } from 'node:tls';
import type { SslObject } from './ssl-object.ts';
import type { TlsSettings, TlsVersion } from './tls-settings.ts';

const order: readonly TlsVersion[] = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

const switchedOff: Readonly<Record<TlsVersion, number>> = {
  'TLSv1.1': constants.SSL_OP_NO_TLSv1_1,
  'TLSv1.2': constants.SSL_OP_NO_TLSv1_2,
  'TLSv1.3': constants.SSL_OP_NO_TLSv1_3,
};

/** Not among Node's constants: clients of TLS 1.2 may not begin handshake after handshake on one connection. */
const noRenegotiation = 0x4000_0000;

/**
 * A TLS server for one `ssl` object. It never listens: sockets are handed to it once the client's hello has said which object
 * serves it. Versions, ciphers and client authorities belong to a server in Node, they cannot be chosen by name inside one.
 */
export function tlsServerFor(object: SslObject, settings: TlsSettings, ticketKeys: Buffer | null): Server {
  const { client } = object;
  const versions = order.filter((version) => (object.fields.ssl_protocols ?? settings.versions).includes(version));
  // A ticket would carry the certificate of a client but not the chain that was checked.
  const hasTickets = settings.sessionTickets && client === null;
  const options: TlsOptions = {
    cert: object.pairs.map(({ cert }) => cert),
    key: object.pairs.map(({ key }) => key),
    minVersion: versions[0] as SecureVersion,
    maxVersion: versions.at(-1) as SecureVersion,
    ciphers: versions.includes('TLSv1.1') ? `${settings.ciphers}:${oldCiphers}` : settings.ciphers,
    honorCipherOrder: true,
    secureOptions: optionsFor(versions, hasTickets),
    sessionIdContext: client === null ? 'sluice' : client.fingerprint.slice(0, 32),
    handshakeTimeout: settings.handshakeTimeoutMs,
    ALPNProtocols: ['h2', 'http/1.1', 'http/1.0'],
    allowHalfOpen: true,
    noDelay: true,
    ...(client && { ca: client.ca, requestCert: true, rejectUnauthorized: !object.admitsUnverified }),
    ...(hasTickets && ticketKeys && { ticketKeys }),
  };
  return createServer(options);
}

/** What TLS 1.1 has; its signatures are below the security level of today. */
const oldCiphers = 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA@SECLEVEL=0';

function optionsFor(versions: readonly TlsVersion[], hasTickets: boolean): number {
  let options = constants.SSL_OP_CIPHER_SERVER_PREFERENCE | constants.SSL_OP_NO_COMPRESSION | noRenegotiation;
  if (!hasTickets) options |= constants.SSL_OP_NO_TICKET;
  for (const version of order) if (!versions.includes(version)) options |= switchedOff[version];
  return options;
}
