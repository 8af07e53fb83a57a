import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { admit } from './admission.ts';
import { errorPage } from './error-page.ts';
import { Exchange } from './exchange.ts';
import { begin, fail } from './exchange-flow.ts';
import type { Gateway } from './gateway.ts';
import { GatewayRequest, GatewayResponse } from './messages.ts';
import { holdBack, letGo } from './pipelining.ts';

/** The server type of the engine's listeners. */
export type GatewayServer = Server<typeof GatewayRequest, typeof GatewayResponse>;

const headerTimeoutMs = 60_000;
const keepAliveTimeoutMs = 75_000;
const lingerMs = 5_000;

/** An HTTP/1.1 server whose requests go straight to the engine. */
export function createGatewayServer(gateway: Gateway): GatewayServer {
  const options = {
    IncomingMessage: GatewayRequest,
    ServerResponse: GatewayResponse,
    insecureHTTPParser: false,
    // Checked by `admit`, which also sees repeated ones.
    requireHostHeader: false,
    maxHeaderSize: 32 * 1024,
    noDelay: true,
    // Requests without a body skip the life cycle of a stream that nobody reads.
    optimizeEmptyRequests: true,
    keepAlive: true,
    headersTimeout: headerTimeoutMs,
    // A body may take as long as it needs while it moves; silence is limited by the upstream's timeouts.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: 5_000,
  };
  const server = createServer(options, (req, res) => accept(gateway, req, res));
  // The size of the head is limited; Node would silently drop fields beyond a count.
  server.maxHeadersCount = 0;
  server.on('checkContinue', (req, res) => accept(gateway, req, res));
  server.on('checkExpectation', (_req, res) => refuse(gateway, res, 417));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseBytes(gateway, error, socket));
  server.on('connect', (_req, socket) => endWith(gateway, socket, 405));
  return server;
}

/** Pipelined requests are served one after the other: a later one begins when its turn to answer has come. */
function accept(gateway: Gateway, req: GatewayRequest, res: GatewayResponse): void {
  if (res.socket !== null) return serve(gateway, req, res);
  const { socket } = req;
  holdBack(socket);
  res.once('socket', () => {
    letGo(socket);
    serve(gateway, req, res);
  });
}

function serve(gateway: Gateway, req: GatewayRequest, res: GatewayResponse): void {
  const admitted = admit(req, res, gateway.trust);
  if (typeof admitted === 'number') return refuse(gateway, res, admitted);
  const exchange = new Exchange(gateway, req, res, admitted);
  gateway.openRequests += 1;
  res.on('close', onClose);
  res.on('drain', onDrain);
  try {
    begin(exchange);
  } catch (error) {
    fail(exchange, error);
  }
}

function onDrain(this: GatewayResponse): void {
  this.socket?.setTimeout(0);
  this.exchange?.onRoom();
}

function onClose(this: GatewayResponse): void {
  const { exchange } = this;
  if (exchange === null || exchange.isOver) return;
  exchange.finish();
  exchange.gateway.openRequests -= 1;
  exchange.gateway.onRequestEnd(exchange);
  if (!exchange.req.complete) linger(exchange);
}

/** The client is still sending what nobody will read: it gets a moment to notice the answer, then the connection ends. */
function linger({ req, request }: Exchange): void {
  if (req.socket.destroyed) return;
  request.body?.discard();
  const timer = setTimeout(() => req.socket.destroy(), lingerMs);
  req.once('close', () => clearTimeout(timer));
}

/** A request that cannot be trusted to end where it seems to: the connection is not used again. */
function refuse({ serverName }: Gateway, res: GatewayResponse, status: number): void {
  const page = errorPage(status, serverName);
  res.shouldKeepAlive = false;
  res.writeHead(status, { Server: serverName, 'Content-Type': 'text/html; charset=utf-8', Connection: 'close' });
  res.end(page);
}

const errorStatuses: Readonly<Record<string, number | undefined>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is no HTTP gets a page where an answer is still possible; after the head of one, only the end of the connection. */
function refuseBytes(gateway: Gateway, error: NodeJS.ErrnoException, socket: Duplex): void {
  const current = (socket as Socket & { _httpMessage?: GatewayResponse | null })._httpMessage;
  if (error.code === 'ECONNRESET' || !socket.writable || current?.headersSent) socket.destroy();
  else endWith(gateway, socket, errorStatuses[error.code ?? ''] ?? 400);
}

function endWith({ serverName }: Gateway, socket: Duplex, status: number): void {
  const page = errorPage(status, serverName);
  const [, title = ''] = /<title>(.*?)<\/title>/.exec(page) ?? [];
  const fields = `Server: ${serverName}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${page.length}`;
  socket.end(`HTTP/1.1 ${title}\r\n${fields}\r\nConnection: close\r\n\r\n${page}`, () => socket.destroy());
}
