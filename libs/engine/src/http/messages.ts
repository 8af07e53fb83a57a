import { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';
import { type HeaderScan, scanHeaders } from './header-scan.ts';

/** A request whose fields are scanned once, and never copied into an object of all fields. */
export class GatewayRequest extends IncomingMessage {
  #scan: HeaderScan | null = null;

  get scan(): HeaderScan {
    return (this.#scan ??= scanHeaders(this.rawHeaders));
  }
}

// Node's server reads three fields of every request from `headers`, which would build an object of all of them. The class
// cannot say this itself: the type declares a property where Node has an accessor.
Object.defineProperty(GatewayRequest.prototype, 'headers', {
  get(this: GatewayRequest) {
    return this.scan.forNode;
  },
});

/** A response that knows its exchange, so that one function can serve the events of all responses. */
export class GatewayResponse extends ServerResponse<GatewayRequest> {
  exchange: Exchange | null = null;
}
