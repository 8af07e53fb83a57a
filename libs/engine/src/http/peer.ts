import type { Socket } from 'node:net';
import type { TlsPeer } from '../tls/tls-peer.ts';
import type { RequestTrace } from '../trace/request-trace.ts';
import { type HostView, HostViews } from './host-view.ts';

export type { HostView } from './host-view.ts';

/** Both ends of a connection, as they are or as a proxy in front reports them. */
export interface Endpoints {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** A request that the gateway makes of itself, in the name of a client. */
export interface InnerRequest {
  /** How many requests it lies within. */
  readonly depth: number;
  /** What is to be written down of it; null for nothing. */
  readonly trace: RequestTrace | null;
}

let connectionCount = 0;

/** What is known of a client connection; kept with its socket. */
export class Peer {
  readonly ip: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly scheme: 'http' | 'https';
  /** What the TLS handshake told; null for a plain connection. */
  readonly tls: TlsPeer | null;
  /** `X-Real-IP` as long as the address of the connection is that of the client. */
  readonly realIpLine: string;
  /** Number of the connection among those of this process. */
  readonly serial = (connectionCount += 1);
  requests = 0;
  /** Set where no network lies between: then the client is whoever the gateway says. */
  inner: InnerRequest | null = null;
  #host: HostView | null = null;
  #hosts: HostViews | null = null;

  constructor(ends: Endpoints, scheme: 'http' | 'https', tls: TlsPeer | null = null) {
    this.ip = plainAddress(ends.remoteAddress ?? '');
    this.port = ends.remotePort ?? 0;
    this.localAddress = plainAddress(ends.localAddress ?? '');
    this.localPort = ends.localPort ?? 0;
    this.scheme = scheme;
    this.tls = tls;
    this.realIpLine = `X-Real-IP: ${this.ip}\r\n`;
  }

  /** Null where the text is no host. */
  host(raw: string): HostView | null {
    if (this.#host === null || this.#host.raw !== raw) {
      this.#hosts ??= new HostViews(this.scheme, this.localPort);
      this.#host = this.#hosts.view(raw);
    }
    return this.#host;
  }
}

const peerOf = Symbol('peer');

type KnownSocket = Socket & { [peerOf]?: Peer };

/** Says who is at the other end of a socket, before its first request. */
export function introduce(socket: KnownSocket, peer: Peer): void {
  socket[peerOf] = peer;
}

/** The peer of a socket, made with its first request. */
export function peerFor(socket: KnownSocket): Peer {
  return (socket[peerOf] ??= new Peer(socket, 'encrypted' in socket ? 'https' : 'http'));
}

/** IPv4 addresses of a dual-stack socket carry a prefix that nobody configures. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
