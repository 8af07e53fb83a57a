import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientTunnel } from '../upstream/tunnel.ts';
import type { Exchange } from './exchange.ts';
import { type HeaderScan, scanHeaders } from './header-scan.ts';
import { type BodyFraming, commitHttp1Head } from './response-head.ts';

/** A request as the pipeline sees it, whichever version of HTTP carries it. */
export interface GatewayRequest {
  readonly scan: HeaderScan;
  /** Name, value, name, value. Over HTTP/2 without pseudo-fields, with a `Host` in place of `:authority`. */
  readonly rawHeaders: string[];
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** The connection; over HTTP/2 one that other requests share. */
  readonly socket: Socket;
  /** Whether the whole body has arrived. */
  readonly complete: boolean;
  /** Fields behind the body, once it has ended: name, value, name, value. */
  readonly rawTrailers?: string[];
  /** Set where the client wants to go on as WebSocket and its connection can. */
  readonly tunnel?: ClientTunnel | null;
  pause(): unknown;
  resume(): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'error' | 'close', listener: () => void): unknown;
}

/** An answer as the pipeline writes it, whichever version of HTTP carries it. */
export interface GatewayResponse {
  exchange: Exchange | null;
  readonly req: GatewayRequest;
  /** False: the connection ends with this answer. Means nothing over HTTP/2. */
  shouldKeepAlive: boolean;
  /** Whether trailers can follow the body. */
  readonly chunkedEncoding: boolean;
  readonly writableNeedDrain: boolean;
  readonly writableFinished: boolean;
  /** Bytes that wait for the client. */
  readonly writableLength: number;
  /** Takes the head; it leaves with the first piece of the body. */
  commit(exchange: Exchange, framing: BodyFraming): void;
  flushHeaders(): void;
  /** False: enough for now; the exchange's `onRoom` is called when there is room again. */
  write(chunk: Buffer): boolean;
  end(): unknown;
  end(chunk: Buffer): unknown;
  end(chunk: string, encoding: BufferEncoding): unknown;
  addTrailers(fields: [string, string][]): void;
  writeContinue(): void;
  /** Ends the exchange when the client takes nothing more for so many milliseconds; 0 for never. */
  limitStall(ms: number): void;
  /** Breaks the answer off so that the client cannot take what it got for a whole one. */
  breakOff(): void;
}

/** A request of HTTP/1 whose fields are scanned once, and never copied into an object of all fields. */
export class Http1Request extends IncomingMessage implements GatewayRequest {
  tunnel: ClientTunnel | null = null;
  #scan: HeaderScan | null = null;

  get scan(): HeaderScan {
    return (this.#scan ??= scanHeaders(this.rawHeaders));
  }
}

// Node's server reads three fields of every request from `headers`, which would build an object of all of them. The class
// cannot say this itself: the type declares a property where Node has an accessor.
Object.defineProperty(Http1Request.prototype, 'headers', {
  get(this: Http1Request) {
    return this.scan.forNode;
  },
});

/** A response of HTTP/1 that knows its exchange, so that one function can serve the events of all responses. */
export class Http1Response extends ServerResponse<Http1Request> implements GatewayResponse {
  exchange: Exchange | null = null;

  commit(exchange: Exchange, framing: BodyFraming): void {
    commitHttp1Head(exchange, this, framing);
  }

  limitStall(ms: number): void {
    this.socket?.setTimeout(ms);
  }

  breakOff(): void {
    const { socket } = this.req;
    // A socket that is being shut down cannot be reset any more: Node would keep it open and say nothing.
    if (socket.writable && !('encrypted' in socket)) socket.resetAndDestroy();
    else socket.destroy();
  }
}

/** A response of nothing, to look at how this Node keeps its heads. */
export function emptyResponse(): Http1Response {
  // The constructor reads the method only.
  return new Http1Response(new Http1Request(null as never));
}
