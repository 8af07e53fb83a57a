import { isNamed } from '../http/field-name.ts';
import type { CallContext } from './answer-sink.ts';
import { forwardedLines, hostFor, isDropped } from './request-head.ts';
import type { Transport } from './transport.ts';
import type { UpstreamNode } from './upstream-node.ts';
import type { UpstreamTarget } from './upstream-target.ts';

/** The head of the request as an upstream of HTTP/2 receives it. */
export function http2RequestHead(exchange: CallContext, target: UpstreamTarget, node: UpstreamNode): string[] {
  const { request } = exchange;
  const { transport, runtime } = target;
  const path = request.query === '' ? request.path : `${request.path}?${request.query}`;
  const scheme = transport.tls === null ? 'http' : 'https';
  const head = [':method', request.method, ':scheme', scheme];
  head.push(':authority', hostFor(exchange, runtime, node), ':path', path);
  addClientFields(exchange, transport, head);
  for (const line of forwardedLines(exchange).split('\r\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) head.push(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  const length = request.body?.contentLength ?? 0;
  if (length > 0) head.push('content-length', String(length));
  return head;
}

/** Servers of gRPC answer no other type of content, and some not without being told that trailers are welcome. */
function addClientFields(exchange: CallContext, { scheme }: Transport, head: string[]): void {
  const isGrpc = scheme === 'grpc' || scheme === 'grpcs';
  const flat = exchange.request.flatHeaders;
  let type = '';
  for (let i = 0; i < flat.length; i += 2) {
    const [name = '', value = ''] = [flat[i], flat[i + 1]];
    if (isDropped(name)) continue;
    if (isGrpc && name.length === 12 && isNamed(name, 'content-type')) type = value;
    else head.push(name.toLowerCase(), value);
  }
  if (isGrpc)
    head.push('content-type', type.startsWith('application/grpc') ? type : 'application/grpc', 'te', 'trailers');
}
