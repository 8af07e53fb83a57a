import { createServer, type Server, type Socket } from 'node:net';
import type { AddressSet } from '@sluice/expr';
import type { Gateway } from '../http/gateway.ts';
import { type Endpoints, introduce, Peer } from '../http/peer.ts';
import type { TlsAcceptor } from '../tls/tls-acceptor.ts';
import { type FirstLook, giveBack, lookAtFirstBytes } from './first-bytes.ts';
import { beginsWithHttp2 } from './http2-preface.ts';
import { parseProxyHeader } from './proxy-protocol.ts';

/** Where to listen, and what is spoken there. */
export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Several processes or threads may listen on the port; the kernel spreads connections over them. */
  readonly reusePort?: boolean;
  readonly protocol?: 'http' | 'https';
  /** Plain ports only: HTTP/2 without TLS, by prior knowledge. With TLS it is always offered. */
  readonly http2?: boolean;
  /** Every connection must begin with a PROXY header (version 1 or 2), which says who the client is. */
  readonly proxyProtocol?: boolean;
}

/** Who serves connections once it is clear what they speak. None of these listens itself. */
export interface Servers {
  readonly http1: { emit(event: 'connection', socket: Socket): boolean };
  readonly http2: { emit(event: 'connection', socket: Socket): boolean };
  readonly tls: TlsAcceptor;
  /** Peers whose PROXY header is believed. */
  readonly proxies: AddressSet;
}

/** A port whose connections are looked at before it is decided who serves them. */
export function createListener(
  options: ListenOptions,
  servers: Servers,
  gateway: Gateway,
  undecided: Set<Socket>,
): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
  const next = options.protocol === 'https' ? tlsLook(servers) : plainLook(servers, options.http2 === true);
  const { headerTimeoutMs } = gateway.limits;
  server.on('connection', (socket) => {
    const isRefused = options.proxyProtocol === true && !servers.proxies(plain(socket.remoteAddress));
    if (isRefused) return refuseProxy(gateway, socket);
    const look: FirstLook =
      options.proxyProtocol === true ? proxyLook(next, gateway) : (bytes) => next(bytes, socket, socket);
    lookAtFirstBytes(socket, look, headerTimeoutMs, undecided);
  });
  return server;
}

/** A look that knows who is at the other end. */
type InformedLook = (bytes: Buffer, socket: Socket, ends: Endpoints) => ReturnType<FirstLook>;

function proxyLook(next: InformedLook, gateway: Gateway): FirstLook {
  let header: ReturnType<typeof parseProxyHeader>;
  return (bytes, socket) => {
    header ??= parseProxyHeader(bytes);
    if (header === undefined) return 'wait';
    if (header === null) {
      refuseProxy(gateway, socket);
      return 'done';
    }
    const rest = bytes.subarray(header.length);
    return rest.length === 0 ? 'wait' : next(rest, socket, header.ends ?? socket);
  };
}

function refuseProxy(gateway: Gateway, socket: Socket): void {
  gateway.onRefusal('proxy');
  socket.destroy();
}

function plainLook({ http1, http2 }: Servers, takesHttp2: boolean): InformedLook {
  return (bytes, socket, ends) => {
    const isHttp2 = takesHttp2 ? beginsWithHttp2(bytes) : false;
    if (isHttp2 === undefined) return 'wait';
    introduce(socket, new Peer(ends, 'http'));
    giveBack(socket, bytes);
    (isHttp2 ? http2 : http1).emit('connection', socket);
    return 'done';
  };
}

function tlsLook({ tls }: Servers): InformedLook {
  return (bytes, socket, ends) => {
    const hello = tls.hello(bytes);
    if (hello === undefined) return 'wait';
    if (hello === null) return answerPlain(bytes, socket);
    giveBack(socket, bytes);
    tls.accept(socket, hello, ends);
    return 'done';
  };
}

/** Somebody who speaks HTTP to a TLS port is told so; anybody else just loses the connection. */
function answerPlain(bytes: Buffer, socket: Socket): 'done' {
  const isHttp = /^[A-Z]{3,10} /.test(bytes.toString('latin1', 0, 11));
  if (!isHttp) socket.destroy();
  else {
    const text = 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n';
    const body = 'This port speaks HTTPS.\n';
    socket.end(`${text}Content-Length: ${body.length}\r\n\r\n${body}`, () => socket.destroy());
  }
  return 'done';
}

/** IPv4 addresses of a dual-stack socket carry a prefix that nobody configures. */
function plain(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
