import type { RefusalFacts } from '../access-log/refused-request.ts';
import { admit } from './admission.ts';
import { Exchange } from './exchange.ts';
import { begin, fail } from './exchange-flow.ts';
import type { Gateway } from './gateway.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';
import { peerFor } from './peer.ts';

/** Takes a request in and sends it on its way. Answers the status to refuse it with, or null where it is under way. */
export function serve(gateway: Gateway, req: GatewayRequest, res: GatewayResponse): number | null {
  const admitted = admit(req, res, gateway);
  if (typeof admitted === 'number') return admitted;
  const exchange = new Exchange(gateway, req, res, admitted);
  gateway.openRequests += 1;
  try {
    begin(exchange);
  } catch (error) {
    fail(exchange, error);
  }
  return null;
}

/** The last byte of the answer is sent, or its client is gone. */
export function conclude(exchange: Exchange): void {
  if (exchange.isOver) return;
  exchange.finish();
  exchange.gateway.openRequests -= 1;
  exchange.gateway.onRequestEnd(exchange);
}

/** What the access log says of a request that is refused. */
export function refusalFacts(req: GatewayRequest, status: number): RefusalFacts {
  const { method, url: target, httpVersion } = req;
  return { peer: peerFor(req.socket), status, method, target, httpVersion };
}
