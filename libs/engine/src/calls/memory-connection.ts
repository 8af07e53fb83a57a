import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { introduce, Peer } from '../http/peer.ts';
import type { InnerRequest } from '../http/peer.ts';
import type { TlsPeer } from '../tls/tls-peer.ts';

/** What the gateway is told about a connection that never touched a network. */
export interface ConnectionOrigin extends InnerRequest {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly isEncrypted: boolean;
  /** The handshake of the client in whose name it is: what that may not reach, this may not either. */
  readonly tls?: TlsPeer | null;
}

/** Two ends of a connection in memory; the second is one that the gateway serves like a socket. */
export function memoryConnection(origin: ConnectionOrigin): [near: Duplex, far: Duplex] {
  const [near, far] = duplexPair();
  // What breaks off on one side must not look like a proper end on the other.
  near.on('close', () => far.destroy());
  far.on('close', () => near.destroy(near.readableEnded ? undefined : new Error('the answer broke off')));
  near.on('error', () => {});
  far.on('error', () => {});
  const timers = new StallTimer(far);
  const socket = Object.assign(far, {
    setTimeout: (ms: number) => timers.set(ms),
    setNoDelay: () => socket,
    setKeepAlive: () => socket,
    resetAndDestroy: () => far.destroy(),
  }) as unknown as Socket;
  const peer = new Peer(origin, origin.isEncrypted ? 'https' : 'http', origin.tls ?? null);
  peer.inner = origin;
  introduce(socket, peer);
  return [near, far];
}

/** The `timeout` event of a socket: nothing has moved for a while. */
class StallTimer {
  readonly #stream: Duplex;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('close', () => clearTimeout(this.#timer));
  }

  set(ms: number): void {
    clearTimeout(this.#timer);
    if (ms > 0) this.#timer = setTimeout(() => this.#stream.emit('timeout'), ms);
  }
}
