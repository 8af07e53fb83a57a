import type { Exchange } from '../http/exchange.ts';
import { compileTemplate } from '../variables/template.ts';
import type { RefusedRequest } from './refused-request.ts';

/** Makes the line of a request, with its end. */
export type LogFormat<R> = (request: R) => string;

/** `default`: quotes, backslashes and bytes outside ASCII as `\xXX`. `json`: as inside a JSON string. */
export type LogEscape = 'default' | 'json';

/** The line of a request that was served. */
export function exchangeLine(format: string | undefined, escape: LogEscape): LogFormat<Exchange> {
  return format === undefined ? exchangeJson : templateLine(format, escape);
}

/** The line of a request that was refused before it was one; variables that it never had are missing. */
export function refusalLine(format: string | undefined, escape: LogEscape): LogFormat<RefusedRequest> {
  return format === undefined ? refusalJson : templateLine(format, escape);
}

/** No value of a client can end a line, a quote or a JSON string. What is missing is `-`, in JSON the empty text. */
function templateLine(format: string, escape: LogEscape): LogFormat<{ variable(name: string): string | undefined }> {
  const template = compileTemplate(format, escape === 'json' ? jsonEscaped : hexEscaped);
  return (request) => `${template(request)}\n`;
}

const needsHex = /[^ !#-[\]-~]/;

function hexEscaped(value: string | undefined): string {
  if (value === undefined) return '-';
  if (!needsHex.test(value)) return value;
  let text = '';
  for (const char of value) text += needsHex.test(char) ? hexBytes(char) : char;
  return text;
}

function hexBytes(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function jsonEscaped(value: string | undefined): string {
  return value === undefined ? '' : JSON.stringify(value).slice(1, -1);
}

function exchangeJson(exchange: Exchange): string {
  const { request, response, times, bytes, route, consumer } = exchange;
  return `${JSON.stringify({
    time: new Date(times.startedAt).toISOString(),
    request_id: exchange.id,
    client_ip: exchange.remoteAddr,
    method: request.original.method,
    host: request.original.host,
    // Without its query, which may hold a key.
    path: request.original.path,
    status: response.status,
    source: response.origin,
    bytes_received: bytes.received,
    bytes_sent: bytes.sent,
    latency_ms: round(times.totalMs),
    upstream_ms: times.upstreamMs < 0 ? undefined : round(times.upstreamMs),
    upstream_addr: exchange.variable('upstream_addr'),
    upstream_status: exchange.variable('upstream_status'),
    route_id: route?.id,
    service_id: route?.service?.id,
    consumer: consumer?.username,
    user_agent: request.headers.get('user-agent'),
    referer: request.headers.get('referer'),
  })}\n`;
}

function refusalJson({ at, id, peer, method, status, reason }: RefusedRequest): string {
  return `${JSON.stringify({
    time: new Date(at).toISOString(),
    request_id: id,
    client_ip: peer.ip,
    method,
    status,
    source: 'gateway',
    reason,
  })}\n`;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
