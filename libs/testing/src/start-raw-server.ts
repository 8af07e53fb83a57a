import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TestCertificate } from './test-authority.ts';

/** A TCP or TLS server that says whatever a test wants; `await using` ends it. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`, as nodes are written. */
  readonly node: string;
  /** Connections accepted so far; those of TLS when the handshake is done. */
  connections: number;
  /** The TCP connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts a server on a free port; one with a certificate speaks TLS. */
export async function startRawServer(
  onConnection: (socket: Socket, number: number) => void,
  certificate?: TestCertificate,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  // Tests break connections on purpose.
  const expectsEnd = (socket: Socket): Socket => socket.on('error', () => {});
  const server = certificate ? createTlsServer(certificate) : createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(expectsEnd(socket));
    socket.on('close', () => sockets.delete(socket));
  });
  server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => {
    raw.connections += 1;
    onConnection(expectsEnd(socket), raw.connections);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const raw: RawServer = {
    port,
    node: `127.0.0.1:${port}`,
    connections: 0,
    sockets,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return raw;
}

/** Calls back with each complete request head (there must be no bodies), so that a test can answer by hand. */
export function onRequestHead(socket: Socket, answer: (head: string, number: number) => void): void {
  let text = '';
  let count = 0;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      count += 1;
      answer(head, count);
    }
  });
}
