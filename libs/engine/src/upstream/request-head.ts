import type { Exchange } from '../http/exchange.ts';
import { isNamed, listMembers } from '../http/field-name.ts';
import { FieldTable } from '../http/field-table.ts';
import type { HostView, Peer } from '../http/peer.ts';
import type { RequestMessage } from '../http/request-message.ts';
import type { UpstreamNode } from './upstream-node.ts';
import type { UpstreamRuntime } from './upstream-target.ts';

/** The head of the request as the upstream receives it. */
export function requestHead(exchange: Exchange, runtime: UpstreamRuntime, node: UpstreamNode): string {
  const { request } = exchange;
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  let head = `${request.method} ${target} HTTP/1.1\r\nHost: ${hostFor(exchange, runtime, node)}\r\n`;
  const flat = request.flatHeaders;
  const hopNames = exchange.scan.connection === undefined ? null : namedByConnection(exchange.scan.connection);
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (replaced.find(name) || (hopNames !== null && hopNames.includes(name.toLowerCase()))) continue;
    head += `${name}: ${flat[i + 1] as string}\r\n`;
  }
  return `${head}${forwardedLines(exchange)}${framingLines(exchange)}\r\n`;
}

/** The Host that a node sees. */
export function hostFor({ request, hostView }: Exchange, runtime: UpstreamRuntime, node: UpstreamNode): string {
  if (runtime.passHost === 'rewrite' && runtime.upstreamHost) return runtime.upstreamHost;
  if (runtime.passHost === 'node') return node.hostHeader;
  return (request.host ?? hostView.raw) || node.hostHeader;
}

/** Fields that the gateway writes itself, and those that concern only the client's connection. */
const replaced = new FieldTable({
  te: true,
  host: true,
  expect: true,
  trailer: true,
  upgrade: true,
  forwarded: true,
  connection: true,
  'x-real-ip': true,
  'keep-alive': true,
  'content-length': true,
  'http2-settings': true,
  'x-forwarded-for': true,
  'x-forwarded-host': true,
  'x-forwarded-port': true,
  'x-forwarded-proto': true,
  'proxy-connection': true,
  'transfer-encoding': true,
});

/**
 * Names that `Connection` lists beyond the usual ones; null for none. What the gateway adds itself, such as who the consumer
 * is, cannot be taken out this way: those names are not a client's to list.
 */
function namedByConnection(connection: string): readonly string[] | null {
  if (connection.length <= 10 && (isPlain(connection, 'keep-alive') || isPlain(connection, 'close'))) return null;
  const names = listMembers(connection).filter((name) => !name.startsWith('x-consumer-') && !isGateways(name));
  return names.length === 0 ? null : names;
}

function isGateways(name: string): boolean {
  return name === 'close' || name === 'x-credential-identifier';
}

function isPlain(value: string, lowerCase: string): boolean {
  return value.length === lowerCase.length && isNamed(value, lowerCase);
}

/** What was not believed is gone since admission: a field that is there is a trusted proxy's, or a plugin's. */
function forwardedLines({ request, scan, peer, hostView, remoteAddr }: Exchange): string {
  const realIp = remoteAddr === peer.ip ? peer.realIpLine : `X-Real-IP: ${remoteAddr}\r\n`;
  const isChanged = request.hasChangedHeaders;
  const chain = isChanged ? request.headers.getAll('x-forwarded-for').join(', ') : (scan.forwardedFor ?? '');
  const others = isChanged || scan.hasForwarded ? givenLines(request, peer, hostView) : hostView.forwardedLines;
  return `${realIp}X-Forwarded-For: ${chain === '' ? remoteAddr : `${chain}, ${remoteAddr}`}\r\n${others}`;
}

function givenLines({ headers }: RequestMessage, peer: Peer, hostView: HostView): string {
  const proto = headers.get('x-forwarded-proto') ?? peer.scheme;
  const host = headers.get('x-forwarded-host') ?? hostView.raw;
  const port = headers.get('x-forwarded-port') ?? hostView.port;
  const forwarded = headers.get('forwarded');
  const lines = `X-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${port}\r\n`;
  return forwarded === undefined ? lines : `${lines}Forwarded: ${forwarded}\r\n`;
}

/** Says where the body ends; a connection that stays open is what HTTP/1.1 takes for granted. */
function framingLines({ request, scan }: Exchange): string {
  const trailers = scan.te !== undefined && listMembers(scan.te).includes('trailers') ? 'TE: trailers\r\n' : '';
  if (request.body === null) return scan.contentLength === 0 ? `${trailers}Content-Length: 0\r\n` : trailers;
  const { contentLength } = request.body;
  return `${trailers}${contentLength < 0 ? 'Transfer-Encoding: chunked' : `Content-Length: ${contentLength}`}\r\n`;
}
