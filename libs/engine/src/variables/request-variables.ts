import type { Exchange } from '../http/exchange.ts';
import { addressBytes } from './address-bytes.ts';
import { basicUser } from './basic-user.ts';
import { isoTime, localTime } from './log-time.ts';
import { seconds } from './seconds.ts';
import { hostName, processId } from './this-process.ts';
import type { Getter } from './variable-table.ts';

/** Path and arguments are those that the client sent: what a plugin makes of them is `upstream_uri`. */
export const requestVariables: Readonly<Record<string, Getter>> = {
  uri: ({ matchPath }) => matchPath,
  document_uri: ({ matchPath }) => matchPath,
  args: ({ request }) => request.original.query,
  query_string: ({ request }) => request.original.query,
  is_args: ({ request }) => (request.original.query === '' ? '' : '?'),
  request_uri: ({ request }) => request.original.uri,
  real_request_uri: ({ request }) => request.original.uri,
  request: ({ request }) => requestLine(request.original, request.httpVersion),
  request_line: ({ request }) => requestLine(request.original, request.httpVersion),
  request_method: ({ request }) => request.method,
  method: ({ request }) => request.method,
  request_length: ({ bytes, isOver, request }) =>
    String(bytes.received + (isOver ? 0 : (request.clientBody?.bytes ?? 0))),
  request_id: ({ id }) => id,
  apisix_request_id: ({ id }) => id,
  request_time: (exchange) => seconds(elapsedMs(exchange)),
  scheme: ({ request }) => request.scheme,
  https: ({ request }) => (request.scheme === 'https' ? 'on' : ''),
  host: ({ host }) => host,
  http_host: ({ hostView }) => hostView.raw,
  content_type: ({ request }) => request.headers.get('content-type'),
  content_length: ({ request }) => request.headers.get('content-length'),
  cookie: ({ request }) => request.headers.getAll('cookie').join('; ') || undefined,
  remote_user: ({ request }) => basicUser(request.headers.get('authorization')),
  request_type: () => 'traditional_http',
  original_x_forwarded_for: ({ scan }) => scan.forwardedFor,
  proxy_add_x_forwarded_for: ({ request, remoteAddr }) =>
    [...request.headers.getAll('x-forwarded-for'), remoteAddr].join(', '),
};

/** What is known of the connection, the process and the clock. */
export const connectionVariables: Readonly<Record<string, Getter>> = {
  remote_addr: ({ remoteAddr }) => remoteAddr,
  binary_remote_addr: ({ remoteAddr }) => addressBytes(remoteAddr),
  remote_port: ({ client }) => String(client.port),
  realip_remote_addr: ({ peer }) => peer.ip,
  realip_remote_port: ({ peer }) => String(peer.port),
  server_addr: ({ peer }) => peer.localAddress,
  server_port: ({ peer }) => String(peer.localPort),
  server_name: ({ host }) => host,
  server_protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  connection: ({ peer }) => String(peer.serial),
  connection_requests: ({ peer }) => String(peer.requests),
  hostname: () => hostName,
  pid: () => processId,
  msec: ({ gateway }) => seconds(gateway.clock.now()),
  time_iso8601: ({ gateway }) => isoTime(gateway.clock.now()),
  time_local: ({ gateway }) => localTime(gateway.clock.now()),
  // There is no nginx here; a template that names it stays valid.
  nginx_version: () => '',
};

/** What the TLS handshake told; absent on a plain connection. */
export const tlsVariables: Readonly<Record<string, Getter>> = {
  ssl_protocol: ({ peer }) => peer.tls?.protocol,
  ssl_cipher: ({ peer }) => peer.tls?.cipher,
  ssl_server_name: ({ peer }) => peer.tls?.serverName || undefined,
  ssl_session_reused: ({ peer }) => peer.tls && (peer.tls.isResumed ? 'r' : '.'),
  ssl_client_verify: ({ peer }) => peer.tls?.verification,
  ssl_client_s_dn: ({ peer }) => distinguishedName(peer.tls?.certificate?.subject),
  ssl_client_i_dn: ({ peer }) => distinguishedName(peer.tls?.certificate?.issuer),
  ssl_client_serial: ({ peer }) => peer.tls?.certificate?.serialNumber,
  // nginx's is the SHA-1 of the certificate, in lower case without colons.
  ssl_client_fingerprint: ({ peer }) => peer.tls?.certificate?.fingerprint.replaceAll(':', '').toLowerCase(),
};

function requestLine({ method, uri }: { method: string; uri: string }, httpVersion: string): string {
  return `${method} ${uri} HTTP/${httpVersion}`;
}

function elapsedMs({ times, beganMs }: Exchange): number {
  return times.totalMs < 0 ? performance.now() - beganMs : times.totalMs;
}

/** As RFC 2253 writes it: the most specific part first, with commas. Node gives a part per line, the other way round. */
function distinguishedName(lines: string | undefined): string | undefined {
  return lines?.split('\n').reverse().join(',');
}
