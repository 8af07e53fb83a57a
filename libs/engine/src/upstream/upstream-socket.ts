import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { TlsSessions } from './tls-sessions.ts';
import type { Endpoint, TlsIdentity } from './transport.ts';

/** Opens a socket to an endpoint. `serverName`: the host that is asked for, which a server with TLS must be. */
export function openSocket(endpoint: Endpoint, serverName: string, sessions: TlsSessions): Socket {
  const { address, port, transport } = endpoint;
  const { tls } = transport;
  if (tls === null) return connect({ host: address, port, noDelay: true, keepAlive: true });
  const socket = connectTls({
    host: address,
    port,
    secureContext: tls.context,
    rejectUnauthorized: tls.verifies,
    // An address is no name (RFC 6066, section 3).
    servername: isIP(serverName) === 0 ? serverName : '',
    checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
    ALPNProtocols: transport.isHttp2 ? ['h2'] : ['http/1.1'],
    session: sessions.take(serverName),
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  socket.on('session', (session) => sessions.keep(serverName, session));
  return socket;
}

/** The event that says that a socket can be used. */
export function readyEvent({ tls }: { readonly tls: TlsIdentity | null }): 'connect' | 'secureConnect' {
  return tls === null ? 'connect' : 'secureConnect';
}

/** Host without its port, as certificates name it. */
export function nameOf(host: string): string {
  const name = /^\[(.*)\](?::\d*)?$/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
  return name.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a socket failed because of TLS: of the certificate, its name, or of what the two sides could agree on. Until the
 * handshake is over that is everything but the connection itself.
 */
export function isTlsFailure(error: NodeJS.ErrnoException, socket: Socket, isReady: boolean): boolean {
  return 'encrypted' in socket && (isReady ? error.syscall === undefined : error.syscall !== 'connect');
}

/** What failed, for the log: whose certificate, and why. */
export function describeFailure(error: NodeJS.ErrnoException, isTls: boolean, serverName: string): string {
  const { code = '', message } = error;
  if (!isTls) return code || message;
  // Errors of OpenSSL carry file names and line numbers in their message, and what matters in `reason`.
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : message;
  return `TLS with ${serverName || 'a server without a name'} failed: ${reason} (${code})`;
}
