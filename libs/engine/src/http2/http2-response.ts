import { constants, type ServerHttp2Stream } from 'node:http2';
import { errorPage } from '../http/error-page.ts';
import type { Exchange } from '../http/exchange.ts';
import { FieldTable } from '../http/field-table.ts';
import { httpDate } from '../http/http-date.ts';
import type { GatewayResponse } from '../http/messages.ts';
import type { BodyFraming } from '../http/response-head.ts';
import { grpcFields, isGrpc } from './grpc-answer.ts';
import type { Http2Request } from './http2-request.ts';

/** Fields of an HTTP/1.1 connection, which an answer of HTTP/2 must not have (RFC 9113, section 8.2.2). Node throws at them. */
const ofConnections = new FieldTable({
  te: true,
  upgrade: true,
  connection: true,
  'keep-alive': true,
  'http2-settings': true,
  'proxy-connection': true,
  'transfer-encoding': true,
});

/** An answer of HTTP/2 in the form that the pipeline writes. */
export class Http2Response implements GatewayResponse {
  exchange: Exchange | null = null;
  /** Means nothing here: the connection is shared. */
  shouldKeepAlive = true;
  readonly req: Http2Request;
  readonly chunkedEncoding = true;
  readonly #stream: ServerHttp2Stream;
  /** Committed and not sent yet. */
  #head: string[] | null = null;
  #hasBody = true;
  #hasLength = false;
  #isBroken = false;
  /** The client speaks gRPC and the answer does not: its body is left out. */
  #isGrpcRefusal = false;
  #trailers: Record<string, string | string[]> | null = null;

  constructor(stream: ServerHttp2Stream, req: Http2Request) {
    this.#stream = stream;
    this.req = req;
  }

  get writableNeedDrain(): boolean {
    return this.#stream.writableNeedDrain;
  }

  get writableFinished(): boolean {
    return this.#stream.writableFinished;
  }

  get writableLength(): number {
    return this.#stream.writableLength;
  }

  commit(exchange: Exchange, framing: BodyFraming): void {
    const { response, gateway } = exchange;
    const { flat } = response.headers;
    const head = [':status', String(response.status)];
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i] as string;
      if (ofConnections.find(name) === undefined) head.push(name.toLowerCase(), flat[i + 1] as string);
    }
    if (!response.headers.has('date')) head.push('date', httpDate(gateway.clock.now()));
    if (!response.headers.has('server')) head.push('server', gateway.serverName);
    this.#head = head;
    this.#hasBody = framing !== 'none';
    this.#hasLength = framing === 'length';
    this.#isGrpcRefusal =
      response.origin !== 'upstream' && this.req.isGrpc && !isGrpc(response.headers.get('content-type'));
    exchange.headBytes = head.reduce((sum, text) => sum + text.length + 2, 0);
    exchange.bytes.sent += exchange.headBytes;
  }

  flushHeaders(): void {
    if (!this.#isGrpcRefusal) this.#open(false);
  }

  write(chunk: Buffer): boolean {
    if (this.#isGrpcRefusal) return true;
    this.#open(false);
    return this.#hasBody ? this.#stream.write(chunk) : true;
  }

  end(chunk?: Buffer | string, encoding: BufferEncoding = 'latin1'): void {
    const stream = this.#stream;
    const data = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (this.#isGrpcRefusal) return this.#endGrpc(data?.toString() ?? '');
    const isEmpty = data === undefined || data.length === 0 || !this.#hasBody;
    if (this.#head !== null && isEmpty && this.#trailers === null) return this.#open(true);
    this.#open(false);
    if (isEmpty) stream.end();
    else stream.end(data);
  }

  addTrailers(fields: [string, string][]): void {
    // Without a prototype: a name of what all objects have is a name like any other.
    const trailers = Object.create(null) as Record<string, string | string[]>;
    for (const [name, value] of fields) {
      const key = name.toLowerCase();
      if (ofConnections.find(key) !== undefined) continue;
      const before = trailers[key];
      trailers[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
    }
    this.#trailers = trailers;
  }

  writeContinue(): void {
    if (!this.#stream.headersSent && !this.#stream.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
  }

  limitStall(ms: number): void {
    this.#stream.setTimeout(ms);
  }

  breakOff(): void {
    // Node ends the stream before it resets it; without the end of the trailers that is no clean end.
    this.#isBroken = true;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** Answers a request that never became an exchange. */
  refuse(status: number, serverName: string): void {
    if (this.req.isGrpc) this.#stream.respond({ ':status': 200, ...grpcFields(status, '') }, { endStream: true });
    else {
      const page = errorPage(status, serverName);
      const fields = { 'content-type': 'text/html; charset=utf-8', 'content-length': String(page.length) };
      this.#stream.respond({ ':status': status, server: serverName, ...fields });
      this.#stream.end(this.req.method === 'HEAD' ? '' : page);
    }
  }

  #endGrpc(body: string): void {
    if (this.#head === null || this.#stream.destroyed) return;
    const status = this.exchange?.response.status ?? 500;
    const fields: Record<string, string | string[]> = {};
    for (let i = 2; i < this.#head.length; i += 2) {
      const name = this.#head[i] as string;
      if (name !== 'content-length' && name !== 'content-type') fields[name] = this.#head[i + 1] as string;
    }
    this.#head = null;
    this.#hasBody = false;
    this.#stream.respond({ ':status': 200, ...fields, ...grpcFields(status, body) }, { endStream: true });
  }

  /** Sends the head, once. */
  #open(endStream: boolean): void {
    const head = this.#head;
    if (head === null || this.#stream.destroyed) return;
    this.#head = null;
    if (endStream) this.#hasBody = false;
    // A body of unknown length may be followed by trailers, which are known only when it is over.
    const waitForTrailers = !endStream && !this.#hasLength && this.#hasBody;
    if (waitForTrailers) this.#stream.once('wantTrailers', () => this.#sendTrailers());
    try {
      this.#stream.respond(head as never, { endStream: endStream || !this.#hasBody, waitForTrailers });
    } catch (error) {
      // Node refuses a head that HTTP/2 cannot carry. That must cost one answer and never the process.
      this.exchange?.gateway.log.error('an answer cannot be sent over HTTP/2', { error: String(error) });
      this.breakOff();
    }
  }

  #sendTrailers(): void {
    if (!this.#stream.destroyed && !this.#isBroken) this.#stream.sendTrailers(this.#trailers ?? {});
  }
}
