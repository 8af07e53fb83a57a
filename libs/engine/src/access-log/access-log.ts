import type { Writable } from 'node:stream';
import type { Exchange } from '../http/exchange.ts';
import { compileTemplate } from '../variables/template.ts';

/** Lines collected before they are written, and kept at most while the stream is slow. */
const batchBytes = 16 * 1024;
const pendingBytesMax = 8 * 1024 * 1024;
const flushMs = 100;

/** Writes a line per request. Never makes a request wait: when the stream falls too far behind, lines are dropped and counted. */
export class AccessLog {
  readonly #stream: Writable;
  readonly #line: (exchange: Exchange) => string;
  #pending = '';
  #timer: NodeJS.Timeout | null = null;
  dropped = 0;

  /** `format` is a template such as nginx has; without it, the line is JSON. */
  constructor(stream: Writable, format?: string) {
    this.#stream = stream;
    this.#line = format === undefined ? jsonLine : compileLine(format);
  }

  record(exchange: Exchange): void {
    if (this.#stream.writableLength > pendingBytesMax) {
      this.dropped += 1;
      return;
    }
    this.#pending += this.#line(exchange);
    if (this.#pending.length >= batchBytes) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending !== '') this.#stream.write(this.#pending);
    this.#pending = '';
  }
}

/** Control characters and quotes are escaped, so that no client can forge a line. */
function compileLine(format: string): (exchange: Exchange) => string {
  const template = compileTemplate(format);
  return (exchange) => `${template({ variable: (name) => escaped(exchange.variable(name) ?? '-') })}\n`;
}

function escaped(value: string): string {
  let text = '';
  for (const char of value) text += isPlain(char) ? char : hexEscape(char);
  return text;
}

function isPlain(char: string): boolean {
  return char >= ' ' && char <= '~' && char !== '"' && char !== '\\';
}

function hexEscape(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function jsonLine(exchange: Exchange): string {
  const { request, response, times, bytes, route, consumer } = exchange;
  return `${JSON.stringify({
    time: new Date(times.startedAt).toISOString(),
    request_id: exchange.id,
    client_ip: exchange.remoteAddr,
    method: request.original.method,
    host: request.original.host,
    path: request.original.path,
    status: response.status,
    source: response.origin,
    bytes_received: bytes.received,
    bytes_sent: bytes.sent,
    latency_ms: round(times.totalMs),
    upstream_ms: times.upstreamMs < 0 ? undefined : round(times.upstreamMs),
    upstream_addr: exchange.node,
    upstream_status: exchange.call?.statuses.join(', '),
    route_id: route?.id,
    service_id: route?.service?.id,
    consumer: consumer?.username,
    user_agent: request.headers.get('user-agent'),
    referer: request.headers.get('referer'),
  })}\n`;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
