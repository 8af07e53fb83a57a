import { hostname } from 'node:os';
import type { Exchange } from '../http/exchange.ts';
import { hostFor } from '../upstream/request-head.ts';
import { isoTime, localTime } from './log-time.ts';
import { prefixedVariable } from './prefixed-variables.ts';

/** Computes a variable of a request; undefined where it has none. */
type Getter = (exchange: Exchange) => string | undefined;

const hostName = hostname();
const processId = String(process.pid);

/** Path and arguments are those that the client sent: what a plugin makes of them is `upstream_uri`. */
const requestVariables: Readonly<Record<string, Getter>> = {
  uri: ({ matchPath }) => matchPath,
  args: ({ request }) => request.original.query,
  query_string: ({ request }) => request.original.query,
  is_args: ({ request }) => (request.original.query === '' ? '' : '?'),
  request_uri: ({ request }) => request.original.uri,
  real_request_uri: ({ request }) => request.original.uri,
  request: ({ request }) => requestLine(request.original, request.httpVersion),
  request_line: ({ request }) => requestLine(request.original, request.httpVersion),
  request_method: ({ request }) => request.method,
  method: ({ request }) => request.method,
  request_length: ({ bytes, isOver, request }) => String(bytes.received + (isOver ? 0 : (request.body?.bytes ?? 0))),
  request_id: ({ id }) => id,
  apisix_request_id: ({ id }) => id,
  request_time: (exchange) => seconds(elapsedMs(exchange)),
  scheme: ({ request }) => request.scheme,
  https: ({ request }) => (request.scheme === 'https' ? 'on' : ''),
  host: ({ host }) => host,
  http_host: ({ hostView }) => hostView.raw,
  content_type: ({ request }) => request.headers.get('content-type'),
  content_length: ({ request }) => request.headers.get('content-length'),
  cookie: ({ request }) => request.headers.get('cookie'),
  request_type: () => 'traditional_http',
  original_x_forwarded_for: ({ scan }) => scan.forwardedFor,
  proxy_add_x_forwarded_for: ({ request, remoteAddr }) =>
    [...request.headers.getAll('x-forwarded-for'), remoteAddr].join(', '),
};

const connectionVariables: Readonly<Record<string, Getter>> = {
  remote_addr: ({ remoteAddr }) => remoteAddr,
  remote_port: ({ peer }) => String(peer.port),
  realip_remote_addr: ({ peer }) => peer.ip,
  realip_remote_port: ({ peer }) => String(peer.port),
  server_addr: ({ peer }) => peer.localAddress,
  server_port: ({ peer }) => String(peer.localPort),
  server_name: ({ host }) => host,
  server_protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  connection_requests: ({ peer }) => String(peer.requests),
  hostname: () => hostName,
  pid: () => processId,
  msec: ({ gateway }) => seconds(gateway.clock.now()),
  time_iso8601: ({ gateway }) => isoTime(gateway.clock.now()),
  time_local: ({ gateway }) => localTime(gateway.clock.now()),
  nginx_version: () => '',
};

const responseVariables: Readonly<Record<string, Getter>> = {
  status: ({ response }) => (response.status === 0 ? undefined : String(response.status)),
  bytes_sent: ({ bytes }) => String(bytes.sent),
  bytes_received: ({ bytes }) => String(bytes.received),
  body_bytes_sent: ({ bytes, headBytes }) => String(Math.max(bytes.sent - headBytes, 0)),
  response_source: ({ response }) =>
    ({ gateway: 'apisix', upstream: 'upstream', 'proxy-error': 'nginx' })[response.origin],
};

const matchVariables: Readonly<Record<string, Getter>> = {
  route_id: ({ route }) => route?.id,
  route_name: ({ route }) => route?.name,
  service_id: ({ route }) => route?.service?.id,
  service_name: ({ route }) => route?.service?.name,
  matched_uri: ({ route }) => route?.uri,
  matched_host: ({ route }) => route?.host,
  consumer_name: ({ consumer }) => consumer?.username,
  consumer_group_id: ({ consumer }) => consumer?.groupId,
};

const upstreamVariables: Readonly<Record<string, Getter>> = {
  balancer_ip: ({ call }) => call?.node?.host,
  balancer_port: ({ call }) => (call?.node ? String(call.node.port) : undefined),
  upstream_unresolved_host: ({ call }) => call?.node?.host,
  upstream_addr: ({ node }) => node,
  upstream_status: ({ call }) => call?.statuses.join(', ') || undefined,
  upstream_response_time: ({ times }) => (times.upstreamMs < 0 ? undefined : seconds(times.upstreamMs)),
  apisix_upstream_response_time: ({ times }) => (times.upstreamMs < 0 ? undefined : seconds(times.upstreamMs)),
  upstream_header_time: ({ call }) => (call === null || call.headerMs < 0 ? undefined : seconds(call.headerMs)),
  upstream_scheme: ({ call }) => (call === null ? undefined : 'http'),
  upstream_host: (exchange) =>
    exchange.call?.node ? hostFor(exchange, exchange.call.target.runtime, exchange.call.node) : undefined,
  upstream_uri: ({ call, request }) => {
    if (call === null) return undefined;
    return request.query === '' ? request.path : `${request.path}?${request.query}`;
  },
};

const table: ReadonlyMap<string, Getter> = new Map(
  [requestVariables, connectionVariables, responseVariables, matchVariables, upstreamVariables].flatMap((variables) =>
    Object.entries(variables),
  ),
);

/** The value of a built-in variable, computed when it is asked for. */
export function lookupVariable(exchange: Exchange, name: string): string | undefined {
  const getter = table.get(name);
  return getter ? getter(exchange) : prefixedVariable(exchange, name);
}

function requestLine({ method, uri }: { method: string; uri: string }, httpVersion: string): string {
  return `${method} ${uri} HTTP/${httpVersion}`;
}

function elapsedMs({ times, beganMs }: Exchange): number {
  return times.totalMs < 0 ? performance.now() - beganMs : times.totalMs;
}

/** Seconds with three digits, as logs have them. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
