import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server that says whatever a test wants; `await using` ends it. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`, as nodes are written. */
  readonly node: string;
  /** Connections accepted so far. */
  connections: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts a TCP server on a free port. */
export async function startRawServer(onConnection: (socket: Socket, number: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    raw.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Tests break connections on purpose.
    socket.on('error', () => {});
    onConnection(socket, raw.connections);
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
