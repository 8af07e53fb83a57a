import type { Socket } from 'node:net';
import { reversed } from '../router/host-pattern.ts';

/** A Host header, taken apart once per connection instead of once per request. */
export interface HostView {
  /** As the client sent it. */
  readonly raw: string;
  /** Lower case, without port. */
  readonly name: string;
  readonly reversed: string;
  /** Lower case, with the port if there is one. */
  readonly header: string;
  /** Port in the header, or that of the listener. */
  readonly port: string;
  /** The `X-Forwarded-*` lines that depend only on the connection and this header. */
  readonly forwardedLines: string;
}

/** What is known of a client connection; kept with its socket. */
export class Peer {
  readonly ip: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly scheme: 'http' | 'https';
  /** `X-Real-IP` as long as the address of the connection is that of the client. */
  readonly realIpLine: string;
  requests = 0;
  #host: HostView | null = null;

  constructor(socket: Socket, scheme: 'http' | 'https') {
    this.ip = plainAddress(socket.remoteAddress ?? '');
    this.port = socket.remotePort ?? 0;
    this.localAddress = plainAddress(socket.localAddress ?? '');
    this.localPort = socket.localPort ?? 0;
    this.scheme = scheme;
    this.realIpLine = `X-Real-IP: ${this.ip}\r\n`;
  }

  host(raw: string): HostView {
    if (this.#host?.raw !== raw) this.#host = this.#view(raw);
    return this.#host;
  }

  #view(raw: string): HostView {
    const header = raw.toLowerCase();
    const match = /^(.*?)(?::(\d*))?$/.exec(header);
    const name = (match?.[1] ?? '').replace(/\.$/, '');
    const port = match?.[2] || String(this.localPort);
    const forwardedLines = `X-Forwarded-Proto: ${this.scheme}\r\nX-Forwarded-Host: ${raw}\r\nX-Forwarded-Port: ${port}\r\n`;
    return { raw, name, reversed: reversed(name), header, port, forwardedLines };
  }
}

const peerOf = Symbol('peer');

/** The peer of a socket, made with its first request. */
export function peerFor(socket: Socket & { [peerOf]?: Peer }): Peer {
  return (socket[peerOf] ??= new Peer(socket, 'encrypted' in socket ? 'https' : 'http'));
}

/** IPv4 addresses of a dual-stack socket carry a prefix that nobody configures. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
