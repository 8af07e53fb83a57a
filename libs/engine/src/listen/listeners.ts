import { Server as NetServer, type Server, type Socket } from 'node:net';
import { addressSet } from '@sluice/expr';
import fastify, { type FastifyInstance, type FastifyListenOptions } from 'fastify';
import type { Gateway } from '../http/gateway.ts';
import { createGatewayServer, type GatewayServer } from '../http/listener.ts';
import { createHttp2Server, type Http2Listener } from '../http2/http2-server.ts';
import { TlsAcceptor } from '../tls/tls-acceptor.ts';
import { defaultTlsSettings, type TlsSettings } from '../tls/tls-settings.ts';
import { createListener, type ListenOptions, type Servers } from './listener.ts';

/** Where a listener really listens. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** What all listeners of an engine have in common. */
export interface ListenerSettings {
  readonly tls?: Partial<TlsSettings> | undefined;
  /** Peers whose PROXY header is believed; by default loopback and private networks. */
  readonly proxies?: readonly string[] | undefined;
}

const privateNetworks = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1', 'fc00::/7'];

/** A port that only speaks HTTP/1.1: Node's server listens itself, and nothing stands before it. */
interface PlainPort {
  readonly app: FastifyInstance;
  readonly server: GatewayServer;
}

/** A port whose connections are looked at first. */
interface LookedPort {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  /** Connections that have not said yet what they speak. */
  readonly undecided: ReadonlySet<Socket>;
}

/** What is behind the looked ports. */
interface OwnServers extends Servers {
  readonly http1: GatewayServer;
  readonly streams: Http2Listener;
}

/** All ports of an engine, and the servers behind them. */
export class Listeners {
  readonly #gateway: Gateway;
  readonly #settings: ListenerSettings;
  readonly #plain: PlainPort[] = [];
  readonly #looked: LookedPort[] = [];
  #servers: OwnServers | null = null;
  #ticketKeys: Buffer | null = null;
  #active = 0;
  #accepted = 0;

  constructor(gateway: Gateway, settings: ListenerSettings) {
    this.#gateway = gateway;
    this.#settings = settings;
  }

  async listen(options: ListenOptions): Promise<ListenAddress> {
    const needsLook = options.protocol === 'https' || options.http2 === true || options.proxyProtocol === true;
    const server = needsLook ? await this.#listenLooking(options) : await this.#listenPlain(options);
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('A listener has no port.');
    return { address: bound.address, port: bound.port };
  }

  /** Replaces the 48 bytes that seal session tickets. All workers of a node must have the same. */
  setTicketKeys(keys: Buffer): void {
    this.#ticketKeys = keys;
    this.#servers?.tls.setTicketKeys(keys);
  }

  /** Connections: open now, and accepted since the start. */
  get connections(): { readonly active: number; readonly accepted: number } {
    return { active: this.#active, accepted: this.#accepted };
  }

  /**
   * Stops accepting; resolves when the last connection has ended. Connections without a request are ended after `idleMs`:
   * until then a request that is on its way already is answered, and asked to be the last.
   */
  async close(idleMs = 0): Promise<void> {
    if (idleMs > 0) await this.#becomeIdle(idleMs);
    const plain = this.#plain.map(({ app }) => app.close());
    const looked = this.#looked.map(({ server, undecided }) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of undecided) socket.destroy();
      return closed;
    });
    const { http1, streams } = this.#servers ?? {};
    // It does not listen, so that this ends its timers and idle connections and nothing else.
    http1?.close();
    http1?.closeIdleConnections();
    streams?.drain();
    await Promise.all([...plain, ...looked]);
  }

  /** Ends every connection at once. */
  destroy(): void {
    for (const { server } of this.#plain) server.closeAllConnections();
    this.#servers?.streams.destroy();
    for (const { sockets } of this.#looked) for (const socket of sockets) socket.destroy();
  }

  /** Closes the ports only, and waits until no connection is left, or for so long. */
  async #becomeIdle(idleMs: number): Promise<void> {
    const servers = [...this.#plain, ...this.#looked].map(({ server }) => server);
    // An HTTP server's own `close` would end idle connections at once.
    const closed = servers.map(
      (server) => new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve())),
    );
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, idleMs);
    await Promise.race([Promise.all(closed), patience.promise]);
    clearTimeout(timer);
  }

  async #listenPlain({ host, port, reusePort = false }: ListenOptions): Promise<Server> {
    const server = createGatewayServer(this.#gateway);
    this.#limit(server);
    // The engine answers every request itself, in front of Fastify's router; Fastify keeps the life cycle.
    const app = fastify({ serverFactory: () => server, logger: false });
    this.#plain.push({ app, server });
    await app.listen({ host, port, ...(reusePort && { reusePort }) } as FastifyListenOptions);
    return server;
  }

  async #listenLooking(options: ListenOptions): Promise<Server> {
    const undecided = new Set<Socket>();
    const server = createListener(options, this.#behind(), this.#gateway, undecided);
    const sockets = new Set<Socket>();
    this.#limit(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    this.#looked.push({ server, sockets, undecided });
    const { host, port, reusePort = false } = options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, reusePort }, resolve);
    });
    return server;
  }

  #limit(server: Server): void {
    const { connectionsMax } = this.#gateway.limits;
    if (connectionsMax > 0) server.maxConnections = connectionsMax;
    server.on('drop', () => this.#gateway.onRefusal('connections'));
    const counted = new WeakSet<Socket>();
    server.on('connection', (socket: Socket) => {
      // A connection that did not become one of WebSocket comes a second time.
      if (counted.has(socket)) return;
      counted.add(socket);
      this.#accepted += 1;
      this.#active += 1;
      socket.once('close', () => (this.#active -= 1));
    });
  }

  /** The servers that take connections from the looked ports. */
  #behind(): OwnServers {
    if (this.#servers !== null) return this.#servers;
    const gateway = this.#gateway;
    const http1 = createGatewayServer(gateway);
    // Node starts to watch the times of connections when a server listens, which this one never does.
    http1.emit('listening');
    const streams = createHttp2Server(gateway);
    const settings = { ...defaultTlsSettings, ...this.#settings.tls };
    const tls = new TlsAcceptor(gateway.certificates, settings, gateway.log, {
      secure: (socket) => (socket.alpnProtocol === 'h2' ? streams.server : http1).emit('connection', socket),
      failure: () => gateway.onRefusal('tls'),
    });
    if (this.#ticketKeys !== null) tls.setTicketKeys(this.#ticketKeys);
    const proxies = addressSet(this.#settings.proxies ?? privateNetworks);
    return (this.#servers = { http1, http2: streams.server, streams, tls, proxies });
  }
}
