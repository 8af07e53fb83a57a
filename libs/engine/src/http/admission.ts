import { isNamed, listMembers } from './field-name.ts';
import { BoundedBody } from './bounded-body.ts';
import type { Admitted } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';
import { peerFor } from './peer.ts';
import type { TlsRefusal } from '../tls/certificates.ts';
import { RequestBody } from './request-body.ts';
import { RequestMessage } from './request-message.ts';
import { ruledTarget } from './path-rules.ts';
import { parseTarget, type RequestTarget } from './request-target.ts';

/** Takes a request apart. Answers the status to refuse it with where two readers could understand it differently. */
export function admit(req: GatewayRequest, res: GatewayResponse, gateway: Gateway): Admitted | number {
  const { scan } = req;
  const status = refusalOf(req) ?? framingRefusalOf(req) ?? excessOf(req, gateway);
  if (status !== null) return status;
  const target = targetOf(req, gateway);
  if (target === null) return 400;
  const peer = peerFor(req.socket);
  const hostView = peer.host(target.authority ?? scan.host ?? '');
  if (hostView === null) return 400;
  if (peer.tls !== null) {
    const refusal = gateway.certificates.refusalOf(peer.tls, hostView.name, target.matchPath);
    if (refusal !== null) return statusFor(refusal, req);
  }
  return taken({ peer, scan, target, hostView }, req, res, gateway);
}

function targetOf({ url = '' }: GatewayRequest, { pathRules }: Gateway): RequestTarget | null {
  const target = parseTarget(url);
  return target === null || pathRules === null ? target : ruledTarget(target, pathRules);
}

/** HTTP/2 clients may send requests for one host over a connection to another, and are told to open a new one. */
function statusFor(refusal: TlsRefusal, { httpVersionMajor }: GatewayRequest): number {
  return refusal === 'misdirected' && httpVersionMajor === 2 ? 421 : 400;
}

/** Makes the message that plugins see, without what this client may not say. */
function taken(
  parts: Omit<Admitted, 'request'>,
  req: GatewayRequest,
  res: GatewayResponse,
  gateway: Gateway,
): Admitted {
  const { peer, scan, target, hostView } = parts;
  peer.requests += 1;
  const request = new RequestMessage(req, target, hostView, peer, bodyOf(req, res, gateway));
  if (scan.hasIdentity) request.dropIdentity();
  if (scan.connection !== undefined) dropNamed(request, scan.connection);
  gateway.trust.dropUnbelieved(request, scan, peer);
  return { peer, scan, target, hostView, request };
}

/** What is wrong with a request before its target is looked at; null for nothing. */
function refusalOf({ httpVersionMajor, httpVersionMinor, method, scan }: GatewayRequest): number | null {
  if (httpVersionMajor !== 1 && httpVersionMajor !== 2) return 505;
  if (scan.hostCount > 1 || (scan.hostCount === 0 && httpVersionMinor === 1)) return 400;
  return method === 'TRACE' || method === 'CONNECT' ? 405 : null;
}

/** What could make two readers see the end of the body in different places; null for nothing. */
function framingRefusalOf({ httpVersionMinor, scan }: GatewayRequest): number | null {
  // In HTTP/1.0 there are no transfer codings (RFC 9112, section 6.1): whoever is in front may have seen no body.
  if (scan.isChunked && (scan.contentLength >= 0 || httpVersionMinor === 0)) return 400;
  // A length beyond what a number holds would be forwarded as another one.
  return scan.hasOtherCoding || scan.contentLength > Number.MAX_SAFE_INTEGER ? 400 : null;
}

/** What is too much of a request; null for nothing. */
function excessOf({ rawHeaders, scan }: GatewayRequest, { limits }: Gateway): number | null {
  if (rawHeaders.length > limits.headerCountMax * 2) return 431;
  return limits.bodyBytesMax > 0 && scan.contentLength > limits.bodyBytesMax ? 413 : null;
}

function bodyOf(req: GatewayRequest, res: GatewayResponse, { limits, bodyWatch: watch }: Gateway): RequestBody | null {
  const { isChunked, contentLength, forNode } = req.scan;
  const isStreamed = req.httpVersionMajor === 2 && contentLength < 0 && !req.complete;
  if (!isChunked && contentLength <= 0 && !isStreamed) return null;
  const asksFirst = forNode.expect !== undefined && (req.httpVersionMinor === 1 || req.httpVersionMajor === 2);
  const source = contentLength < 0 && limits.bodyBytesMax > 0 ? new BoundedBody(req, res, limits.bodyBytesMax) : req;
  return RequestBody.ofClient(source, contentLength, { res, watch, asksFirst });
}

/**
 * Takes out the fields that `Connection` names, before a plugin can rely on them or add one of the same name: what the gateway
 * itself says is not a client's to take out.
 */
function dropNamed({ headers }: RequestMessage, connection: string): void {
  if (isPlain(connection, 'keep-alive') || isPlain(connection, 'close')) return;
  const names = new Set(listMembers(connection).filter((name) => name !== 'close' && name !== 'keep-alive'));
  if (names.size > 0) headers.removeWhere((name) => names.has(name.toLowerCase()) && !isKept(name));
}

/** `Connection: upgrade` says what the connection is asked to become, and a host or length cannot be taken out. */
function isKept(name: string): boolean {
  return /^(?:upgrade|host|content-length|transfer-encoding|te)$/i.test(name);
}

function isPlain(value: string, lowerCase: string): boolean {
  return value.length === lowerCase.length && isNamed(value, lowerCase);
}
