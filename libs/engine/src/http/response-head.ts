import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.ts';
import { httpDate } from './http-date.ts';
import type { Http1Response } from './messages.ts';

/** How the client will see where the body ends. */
export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

/** Fields of Node's response that decide how its head and body go out. */
interface Internals {
  _header: string | null;
  _hasBody: boolean;
  _last: boolean;
  _contentLength: number | null;
  chunkedEncoding: boolean;
  shouldKeepAlive: boolean;
  sendDate: boolean;
}

/** Hands the head over. Nothing is sent yet: it leaves with the first piece of the body. */
export function commitHead(exchange: Exchange, framing: BodyFraming): void {
  exchange.res.commit(exchange, framing);
}

/**
 * Node would validate and copy each field; they are valid already, so the finished text is put where Node keeps its own.
 * Where Node does not look as expected, its public interface serves.
 */
export function commitHttp1Head(exchange: Exchange, res: Http1Response, framing: BodyFraming): void {
  const { response, gateway } = exchange;
  // A client that was never told to send its body may leave it out: where the next request begins cannot be known.
  const isUnclear = framing === 'close' || exchange.request.clientBody?.isUnasked === true;
  const keepsAlive = res.shouldKeepAlive && !isUnclear && !gateway.isDraining;
  if (gateway.usesPreformattedHeads) preformat(exchange, res, framing, keepsAlive);
  else
    res.writeHead(
      response.status,
      reasonOf(response.status, response.reason),
      plainFields(exchange, res, framing, keepsAlive),
    );
}

/** Whether this version of Node keeps the head where `commitHead` puts it. */
export function canPreformat(res: Http1Response): boolean {
  const fields: readonly (keyof Internals)[] = ['_header', '_hasBody', '_last', '_contentLength', 'chunkedEncoding'];
  return fields.every((field) => field in res) && (res as unknown as Internals)._header === null;
}

function preformat(exchange: Exchange, res: Http1Response, framing: BodyFraming, keepsAlive: boolean): void {
  const { response, gateway } = exchange;
  const { flat, isChanged } = response.headers;
  let head = statusLine(response.status, response.reason);
  for (let i = 0; i < flat.length; i += 2) head += `${flat[i] as string}: ${flat[i + 1] as string}\r\n`;
  if (framing === 'chunked') head += 'Transfer-Encoding: chunked\r\n';
  // A plugin may have set either of these; an upstream's own were left out when its answer was read.
  if (!isChanged || !response.headers.has('date')) head += `Date: ${httpDate(gateway.clock.now())}\r\n`;
  if (!isChanged || !response.headers.has('server')) head += gateway.serverLine;
  head += keepsAlive ? 'Connection: keep-alive\r\n\r\n' : 'Connection: close\r\n\r\n';
  exchange.headBytes = head.length;
  exchange.bytes.sent += head.length;
  const internals = res as unknown as Internals;
  res.statusCode = response.status;
  internals._header = head;
  internals._hasBody = framing !== 'none';
  internals._last = !keepsAlive;
  internals._contentLength = null;
  internals.chunkedEncoding = framing === 'chunked';
  internals.shouldKeepAlive = keepsAlive;
}

function plainFields(
  { response, gateway }: Exchange,
  res: Http1Response,
  framing: BodyFraming,
  keepsAlive: boolean,
): string[] {
  res.sendDate = false;
  res.shouldKeepAlive = keepsAlive;
  const fields = [...response.headers.flat];
  if (framing === 'chunked') fields.push('Transfer-Encoding', 'chunked');
  if (!response.headers.has('date')) fields.push('Date', httpDate(gateway.clock.now()));
  if (!response.headers.has('server')) fields.push('Server', gateway.serverName);
  fields.push('Connection', keepsAlive ? 'keep-alive' : 'close');
  return fields;
}

function statusLine(status: number, reason: string): string {
  return `HTTP/1.1 ${status} ${reasonOf(status, reason)}\r\n`;
}

function reasonOf(status: number, reason: string): string {
  return reason === '' ? (STATUS_CODES[status] ?? 'Unknown') : reason;
}
