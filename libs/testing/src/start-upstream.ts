import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as an upstream received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  /** Filled when the request is complete. */
  body: string;
}

/** A real HTTP server; `await using` ends it. */
export interface TestUpstream extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** `127.0.0.1:port`, as nodes are written. */
  readonly node: string;
  readonly requests: ReceivedRequest[];
  /** Connections accepted so far. */
  connections: number;
  /** Connections open now. */
  readonly sockets: ReadonlySet<Socket>;
  readonly server: Server;
  close(): Promise<void>;
}

const answerOk: RequestListener = (_req, res) => res.end('ok');

/** Starts an upstream on a free port that records what it receives; with `tls` it speaks nothing else. */
export async function startUpstream(
  handler: (req: IncomingMessage, res: ServerResponse) => unknown = answerOk,
  tls?: ServerOptions,
): Promise<TestUpstream> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (req, res) => {
    requests.push(recorded(req));
    handler(req, res);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const upstream: TestUpstream = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    node: `127.0.0.1:${port}`,
    requests,
    connections: 0,
    sockets,
    server,
    close,
    [Symbol.asyncDispose]: close,
  };
  server.on('connection', (socket) => {
    upstream.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return upstream;
}

function recorded(req: IncomingMessage): ReceivedRequest {
  const { method = '', url = '', headers, rawHeaders } = req;
  const request: ReceivedRequest = { method, url, headers, rawHeaders, body: '' };
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => (request.body = Buffer.concat(chunks).toString()));
  return request;
}
