import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorPage } from './error-page.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { Http1Request, Http1Response } from './messages.ts';
import { peerFor } from './peer.ts';
import { holdBack, letGo } from './pipelining.ts';
import { conclude, refusalFacts, serve } from './serve.ts';
import { serveUpgrade, wantsWebSocket } from './websocket-entry.ts';

/** The server type of the engine's listeners. */
export type GatewayServer = Server<typeof Http1Request, typeof Http1Response>;

const lingerMs = 5_000;

/** An HTTP/1.1 server whose requests go straight to the engine. */
export function createGatewayServer(gateway: Gateway): GatewayServer {
  const { limits } = gateway;
  const options = {
    IncomingMessage: Http1Request,
    ServerResponse: Http1Response,
    insecureHTTPParser: false,
    // Checked by `admit`, which also sees repeated ones.
    requireHostHeader: false,
    maxHeaderSize: limits.headerBytesMax,
    noDelay: true,
    // Requests without a body skip the life cycle of a stream that nobody reads.
    optimizeEmptyRequests: true,
    keepAlive: true,
    headersTimeout: limits.headerTimeoutMs,
    // A body may take as long as it needs while it moves; silence is limited by the upstream's timeouts.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    shouldUpgradeCallback: wantsWebSocket,
    connectionsCheckingInterval: Math.min(5_000, limits.headerTimeoutMs),
  };
  const server = createServer(options, (req, res) => accept(gateway, req, res));
  // Counted by `admit`: Node would silently drop fields beyond a count.
  server.maxHeadersCount = 0;
  server.on('checkContinue', (req, res) => accept(gateway, req, res));
  server.on('checkExpectation', (_req, res) => refuse(gateway, res, 417));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseBytes(gateway, error, socket));
  const upgrades = {
    serve: (req: Http1Request, res: Http1Response) => serveOne(gateway, req, res),
    goOn: (socket: Socket) => void server.emit('connection', socket),
  };
  server.on('upgrade', (req, socket, head) => serveUpgrade(req, socket, head, upgrades));
  server.on('connect', (_req, socket) => endWith(gateway, socket, 405));
  return server;
}

/** Pipelined requests are served one after the other: a later one begins when its turn to answer has come. */
function accept(gateway: Gateway, req: Http1Request, res: Http1Response): void {
  if (res.socket !== null) return serveOne(gateway, req, res);
  const { socket } = req;
  holdBack(socket);
  res.once('socket', () => {
    letGo(socket);
    // The answer before this one is sent, but its exchange ends in the next tick: what it holds is let go of first.
    process.nextTick(serveOne, gateway, req, res);
  });
}

function serveOne(gateway: Gateway, req: Http1Request, res: Http1Response): void {
  res.on('close', onClose);
  res.on('drain', onDrain);
  // Node's parser takes a request line that claims to be of HTTP/2, which has none.
  const refusal = req.httpVersionMajor === 2 ? 505 : serve(gateway, req, res);
  if (refusal !== null) refuse(gateway, res, refusal);
}

function onDrain(this: Http1Response): void {
  this.limitStall(0);
  this.exchange?.onRoom();
}

function onClose(this: Http1Response): void {
  const { exchange } = this;
  if (exchange === null || exchange.isOver) return;
  conclude(exchange);
  if (!this.req.complete) linger(this.req, exchange);
}

/** The client is still sending what nobody will read: it gets a moment to notice the answer, then the connection ends. */
function linger(req: Http1Request, { request }: Exchange): void {
  if (req.socket.destroyed) return;
  request.clientBody?.discard();
  const timer = setTimeout(() => req.socket.destroy(), lingerMs);
  req.once('close', () => clearTimeout(timer));
}

/** A request that cannot be trusted to end where it seems to: the connection is not used again. */
function refuse(gateway: Gateway, res: Http1Response, status: number): void {
  const { serverName } = gateway;
  gateway.onRefusal(status, refusalFacts(res.req, status));
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
  const current = (socket as Socket & { _httpMessage?: Http1Response | null })._httpMessage;
  // An answer here would be taken for that to a whole request before, which is still under way.
  const isOfAnother = current?.headersSent === true || current?.req.complete === true;
  if (error.code === 'ECONNRESET' || !socket.writable || isOfAnother) socket.destroy();
  else endWith(gateway, socket, errorStatuses[error.code ?? ''] ?? 400, error.code);
}

function endWith(gateway: Gateway, socket: Duplex, status: number, reason?: string): void {
  const { serverName } = gateway;
  // Node has let go of the socket of a CONNECT: a client that resets it now would end the process.
  socket.on('error', () => undefined);
  gateway.onRefusal(status, { peer: peerFor(socket as Socket), status, reason });
  const page = errorPage(status, serverName);
  const [, title = ''] = /<title>(.*?)<\/title>/.exec(page) ?? [];
  const fields = `Server: ${serverName}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${page.length}`;
  socket.end(`HTTP/1.1 ${title}\r\n${fields}\r\nConnection: close\r\n\r\n${page}`, () => socket.destroy());
}
