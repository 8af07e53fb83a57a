import type { Socket } from 'node:net';
import type { Exchange } from '../http/exchange.ts';
import { httpDate } from '../http/http-date.ts';
import { runResponseHeader, sendBroken } from '../http/respond.ts';
import { ResponseMessage } from '../http/response-message.ts';
import { FrameBoundary } from './frame-boundary.ts';
import type { ResponseHead } from './response-head.ts';
import type { TakenSocket } from './upstream-connection.ts';

/** A client's connection that goes on as something else than HTTP. */
export interface ClientTunnel {
  readonly socket: Socket;
  /** What the client sent behind its request. */
  readonly head: Buffer;
}

/** Tells a WebSocket peer that the server goes away (1001): first to a client, then, masked, to a server. */
const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
const goingAwayMasked = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);

/** A WebSocket connection: what comes in on one side goes out on the other, at the pace of the slower one. */
export class Tunnel {
  readonly #exchange: Exchange;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #idleMs: number;
  readonly #toClient = new FrameBoundary();
  readonly #toUpstream = new FrameBoundary();

  constructor(exchange: Exchange, client: Socket, upstream: Socket, idleMs: number) {
    this.#exchange = exchange;
    this.#client = client;
    this.#upstream = upstream;
    this.#idleMs = idleMs;
  }

  /** Sends the 101 and whatever has come behind the two heads, and connects the two sides. */
  open(clientHead: Buffer, upstreamRest: Buffer): void {
    const { gateway } = this.#exchange;
    gateway.tunnels.add(this);
    const head = switchingHead(this.#exchange);
    this.#exchange.headBytes = head.length;
    this.#exchange.bytes.sent += head.length;
    this.#client.write(head, 'latin1');
    if (upstreamRest.length > 0) this.#onUpstreamData(upstreamRest);
    if (clientHead.length > 0) this.#onClientData(clientHead);
    this.#join();
  }

  /** Ends both sides: with a word to each where one can be put between two frames, without where it cannot. */
  goAway(): void {
    if (this.#toClient.isBetweenFrames) this.#client.write(goingAway);
    if (this.#toUpstream.isBetweenFrames) this.#upstream.write(goingAwayMasked);
    this.#client.destroySoon();
    this.#upstream.destroySoon();
  }

  #join(): void {
    const [client, upstream] = [this.#client, this.#upstream];
    client.on('data', (chunk: Buffer) => this.#onClientData(chunk));
    upstream.on('data', (chunk: Buffer) => this.#onUpstreamData(chunk));
    client.on('drain', () => upstream.resume());
    upstream.on('drain', () => client.resume());
    for (const [side, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      // Whatever ends a side ends the other, after what is still to be written; the end says all that an error could.
      side.on('error', () => undefined);
      side.on('end', () => other.destroySoon());
      side.on('close', () => this.#onClose(other));
    }
    // What goes to the upstream counts as much as what comes from it.
    upstream.setTimeout(this.#idleMs);
    upstream.on('timeout', () => this.#onSilence());
    if (client.destroyed) return this.#onClose(upstream);
    client.resume();
    upstream.resume();
  }

  #onClientData(chunk: Buffer): void {
    this.#exchange.bytes.received += chunk.length;
    this.#toUpstream.feed(chunk);
    if (!this.#upstream.write(chunk)) this.#client.pause();
  }

  #onUpstreamData(chunk: Buffer): void {
    this.#exchange.bytes.sent += chunk.length;
    this.#toClient.feed(chunk);
    if (!this.#client.write(chunk)) this.#upstream.pause();
  }

  #onSilence(): void {
    this.#client.destroySoon();
    this.#upstream.destroy();
  }

  #onClose(other: Socket): void {
    this.#exchange.gateway.tunnels.delete(this);
    other.destroySoon();
  }
}

function switchingHead({ response, gateway }: Exchange): string {
  const { flat } = response.headers;
  let head = `HTTP/1.1 101 ${response.reason || 'Switching Protocols'}\r\n`;
  for (let i = 0; i < flat.length; i += 2) head += `${flat[i] as string}: ${flat[i + 1] as string}\r\n`;
  const date = `Date: ${httpDate(gateway.clock.now())}\r\n`;
  return `${head}${date}${gateway.serverLine}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`;
}

/** Connects a client with the upstream that has agreed to go on as WebSocket, unless a plugin has something against it. */
export function tunnelTo(
  exchange: Exchange,
  client: ClientTunnel,
  head: ResponseHead,
  taken: TakenSocket,
  idleMs: number,
): void {
  exchange.response = new ResponseMessage(head.status, head.reason, head.fields, 'upstream');
  exchange.isAnswered = true;
  const settle = (isSound: boolean): void => {
    if (isSound && exchange.response.status === 101 && !exchange.isOver)
      return new Tunnel(exchange, client.socket, taken.socket, idleMs).open(client.head, taken.rest);
    taken.socket.destroy();
    if (!exchange.isOver) sendBroken(exchange);
  };
  const isSound = runResponseHeader(exchange);
  if (typeof isSound === 'boolean') settle(isSound);
  else void isSound.then(settle);
}
