import type { Admitted } from './exchange.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';
import { peerFor } from './peer.ts';
import { RequestBody } from './request-body.ts';
import { RequestMessage } from './request-message.ts';
import { parseTarget } from './request-target.ts';
import type { Trust } from './trust.ts';

/** Characters that a host may have; anything else could mean something else to whoever reads it next. */
const hostPattern = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/** Takes a request apart. Answers the status to refuse it with where two readers could understand it differently. */
export function admit(req: GatewayRequest, res: GatewayResponse, trust: Trust): Admitted | number {
  const { scan } = req;
  const status = refusalOf(req);
  if (status !== null) return status;
  const target = parseTarget(req.url ?? '');
  const host = target?.authority ?? scan.host ?? '';
  if (target === null || !hostPattern.test(host)) return 400;
  const peer = peerFor(req.socket);
  peer.requests += 1;
  const hostView = peer.host(host);
  const request = new RequestMessage(req, target, hostView, peer, bodyOf(req, res));
  if (scan.hasIdentity) request.dropIdentity();
  trust.dropUnbelieved(request, scan, peer);
  return { peer, scan, target, hostView, request };
}

/** What is wrong with a request before its target is looked at; null for nothing. */
function refusalOf({ httpVersionMajor, httpVersionMinor, method, scan }: GatewayRequest): number | null {
  if (httpVersionMajor !== 1) return 505;
  if (scan.hostCount > 1 || (scan.hostCount === 0 && httpVersionMinor === 1)) return 400;
  // In HTTP/1.0 there are no transfer codings (RFC 9112, section 6.1): whoever is in front may have seen no body.
  if (scan.isChunked && (scan.contentLength >= 0 || httpVersionMinor === 0)) return 400;
  if (scan.hasOtherCoding) return 400;
  return method === 'TRACE' || method === 'CONNECT' ? 405 : null;
}

function bodyOf(req: GatewayRequest, res: GatewayResponse): RequestBody | null {
  const { isChunked, contentLength, forNode } = req.scan;
  if (!isChunked && contentLength <= 0) return null;
  const asksFirst = forNode.expect !== undefined && req.httpVersionMinor === 1;
  return new RequestBody(req, isChunked ? -1 : contentLength, asksFirst ? () => res.writeContinue() : null);
}
