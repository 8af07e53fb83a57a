import { listMembers } from '../http/field-name.ts';
import { FieldTable } from '../http/field-table.ts';
import type { HostView, Peer } from '../http/peer.ts';
import type { ForwardedName, RequestHeaders } from '../http/request-headers.ts';
import type { RequestMessage } from '../http/request-message.ts';
import type { CallContext } from './answer-sink.ts';
import type { UpstreamNode } from './upstream-node.ts';
import type { UpstreamRuntime } from './upstream-target.ts';

/** The head of the request as the upstream receives it; `connectionLines` are what it says of its connection, nothing as a rule. */
export function requestHead(
  exchange: CallContext,
  runtime: UpstreamRuntime,
  node: UpstreamNode,
  connectionLines: string,
): string {
  const { request } = exchange;
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  let head = `${request.method} ${target} HTTP/1.1\r\nHost: ${hostFor(exchange, runtime, node)}\r\n`;
  const flat = request.flatHeaders;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (isDropped(name)) continue;
    head += `${name}: ${flat[i + 1] as string}\r\n`;
  }
  return `${head}${forwardedLines(exchange)}${framingLines(exchange)}${connectionLines}\r\n`;
}

/** The Host that a node sees. */
export function hostFor({ request, hostView }: CallContext, runtime: UpstreamRuntime, node: UpstreamNode): string {
  if (runtime.passHost === 'rewrite' && runtime.upstreamHost) return runtime.upstreamHost;
  if (runtime.passHost === 'node') return node.hostHeader;
  return (request.host ?? hostView.raw) || node.hostHeader;
}

/** Whether a field of the client is not passed on. What `Connection` names is gone since admission. */
export function isDropped(name: string): boolean {
  return replaced.find(name) === true;
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

/** The fields that say where a request came from. What was not believed is gone since admission: a field that is there is a trusted proxy's, or a plugin's. */
export function forwardedLines(context: CallContext): string {
  const { request, scan, peer, hostView, remoteAddr } = context;
  if (!context.isProxied) return ownLines(request);
  const realIp = remoteAddr === peer.ip ? peer.realIpLine : `X-Real-IP: ${remoteAddr}\r\n`;
  const isChanged = request.hasChangedHeaders;
  const chain = isChanged ? request.headers.getAll('x-forwarded-for').join(', ') : (scan.forwardedFor ?? '');
  const others = isChanged || scan.hasForwarded ? givenLines(request, peer, hostView) : hostView.forwardedLines;
  return `${realIp}X-Forwarded-For: ${chain === '' ? remoteAddr : `${chain}, ${remoteAddr}`}\r\n${others}`;
}

/** Of a request that a plugin makes, only what the plugin says of the client. */
function ownLines({ headers }: RequestMessage): string {
  let lines = '';
  for (const [name, value] of headers.entries())
    if (/^(?:x-real-ip|forwarded|x-forwarded-(?:for|host|port|proto))$/i.test(name)) lines += `${name}: ${value}\r\n`;
  return lines;
}

function givenLines({ headers }: RequestMessage, peer: Peer, hostView: HostView): string {
  const proto = givenLine(headers, 'X-Forwarded-Proto', 'x-forwarded-proto', peer.scheme);
  const host = givenLine(headers, 'X-Forwarded-Host', 'x-forwarded-host', hostView.raw);
  const port = givenLine(headers, 'X-Forwarded-Port', 'x-forwarded-port', hostView.port);
  const forwarded = headers.get('forwarded');
  return `${proto}${host}${port}${forwarded === undefined ? '' : `Forwarded: ${forwarded}\r\n`}`;
}

/** Several lines go as one list. */
function givenLine(headers: RequestHeaders, shown: string, name: ForwardedName, own: string): string {
  if (headers.isWithheld(name)) return '';
  const first = headers.get(name);
  return `${shown}: ${first === undefined ? own : headers.getAll(name).join(', ') || own}\r\n`;
}

/** Says where the body ends; a connection that stays open is what HTTP/1.1 takes for granted. */
function framingLines({ request, scan }: CallContext): string {
  const trailers = scan.te !== undefined && listMembers(scan.te).includes('trailers') ? 'TE: trailers\r\n' : '';
  if (request.body === null) return scan.contentLength === 0 ? `${trailers}Content-Length: 0\r\n` : trailers;
  const { contentLength } = request.body;
  return `${trailers}${contentLength < 0 ? 'Transfer-Encoding: chunked' : `Content-Length: ${contentLength}`}\r\n`;
}
