import type { HeaderFields, HeaderSource, OutgoingRequest, RequestTimes } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import { isFieldName, isFieldValue } from '../http/field-name.ts';
import { type HeaderScan, scanHeaders } from '../http/header-scan.ts';
import type { GatewayRequest } from '../http/messages.ts';
import type { RequestBody } from '../http/request-body.ts';
import { RequestMessage } from '../http/request-message.ts';
import type { CallContext } from '../upstream/answer-sink.ts';

/** A request that a plugin makes on behalf of an exchange, in the form that the upstream client sends. */
export class OutgoingContext implements CallContext {
  readonly gateway;
  readonly hostView;
  readonly id: string;
  readonly peer;
  readonly request: RequestMessage;
  readonly route;
  readonly trace;
  readonly scan: HeaderScan;
  readonly times: RequestTimes;
  readonly isProxied: boolean;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange, wanted: OutgoingRequest, body: RequestBody | null) {
    this.#exchange = exchange;
    this.gateway = exchange.gateway;
    this.hostView = exchange.hostView;
    this.id = exchange.id;
    this.peer = exchange.peer;
    this.route = exchange.route;
    this.trace = exchange.trace;
    this.times = wanted.isDetached === true ? timesApart(exchange) : timesWithin(exchange);
    this.isProxied = wanted.headers === undefined;
    const own = wanted.headers === undefined ? null : flatFields(wanted.headers);
    this.request = messageOf(exchange, wanted, own, body);
    this.scan = own === null ? exchange.scan : ownScan(this.request.method, body);
  }

  get remoteAddr(): string {
    return this.#exchange.remoteAddr;
  }

  variable(name: string): string | undefined {
    return this.#exchange.variable(name);
  }
}

function messageOf(
  { request, hostView, peer }: Exchange,
  wanted: OutgoingRequest,
  own: readonly string[] | null,
  body: RequestBody | null,
): RequestMessage {
  const { method = request.method, path = request.path, query = request.query } = wanted;
  if (!isFieldName(method) || !isTarget(path) || !isTarget(query)) throw new TypeError('A request line is malformed.');
  const head = { method, url: path, httpVersion: '1.1', rawHeaders: [...(own ?? request.flatHeaders)] };
  // A message reads nothing else of the request that it is made of.
  const source = head as unknown as GatewayRequest;
  const message = new RequestMessage(
    source,
    { path, query, matchPath: path, authority: undefined },
    hostView,
    peer,
    body,
  );
  if (own === null) message.copyHeaders(request);
  message.host = wanted.host ?? hostAmong(own) ?? request.host;
  if (!message.isSendable) throw new TypeError('A request line is malformed.');
  return message;
}

/** Spaces and controls would end the request line early, and begin another one. */
function isTarget(text: string): boolean {
  return isFieldValue(text) && !/[\t #]/.test(text);
}

function hostAmong(fields: readonly string[] | null): string | undefined {
  const at = fields?.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host') ?? -1;
  return at < 0 ? undefined : fields?.[at + 1];
}

function flatFields(source: HeaderSource): string[] {
  const entries = isHeaderFields(source) ? source.entries() : Object.entries(source);
  const flat: string[] = [];
  for (const [name, value] of entries) {
    for (const line of typeof value === 'string' ? [value] : value) {
      if (!isFieldName(name) || !isFieldValue(line)) throw new TypeError(`The header ${name} is malformed.`);
      flat.push(name, line);
    }
  }
  return flat;
}

function isHeaderFields(source: HeaderSource): source is HeaderFields {
  return 'entries' in source && typeof source.entries === 'function';
}

/** A scan of no fields: what the client said about its connection is not the plugin's. */
function ownScan(method: string, body: RequestBody | null): HeaderScan {
  const scan = scanHeaders([]);
  // Methods that usually have a body say that there is none (RFC 9110, section 8.6).
  if (body === null && /^(POST|PUT|PATCH)$/.test(method)) scan.contentLength = 0;
  return scan;
}

/** Nobody waits for a call that is detached: what it takes is not the exchange's. */
function timesApart({ times: { startedAt } }: Exchange): RequestTimes {
  return { startedAt, totalMs: -1, upstreamMs: -1 };
}

/** What plugins' calls take is added up: calls one after the other are the time that the exchange waited. */
function timesWithin({ times }: Exchange): RequestTimes {
  return {
    startedAt: times.startedAt,
    totalMs: -1,
    get upstreamMs() {
      return times.upstreamMs;
    },
    set upstreamMs(ms: number) {
      times.upstreamMs = Math.max(times.upstreamMs, 0) + ms;
    },
  };
}
