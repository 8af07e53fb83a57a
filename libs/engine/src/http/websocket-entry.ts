import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isNamed, listMembers } from './field-name.ts';
import { Http1Request, Http1Response } from './messages.ts';

/**
 * Whether a request wants to go on as WebSocket (RFC 6455, section 4.1). Any other `Upgrade`, one with a body, and one that
 * is pipelined behind a request without an answer is an ordinary request whose `Upgrade` is not passed on.
 */
export function wantsWebSocket(req: IncomingMessage): boolean {
  if (!(req instanceof Http1Request) || req.method !== 'GET' || req.httpVersionMinor !== 1) return false;
  const { isChunked, contentLength } = req.scan;
  const hasPending = (req.socket as Socket & { _httpMessage?: unknown })._httpMessage;
  if (isChunked || contentLength > 0 || hasPending) return false;
  const upgrade = upgradeOf(req.rawHeaders);
  return upgrade.length === 9 && isNamed(upgrade, 'websocket');
}

/** All values of the field, so that two are not taken for one. */
function upgradeOf(raw: readonly string[]): string {
  let upgrade = '';
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]?.length === 7 && isNamed(raw[i] ?? '', 'upgrade')) upgrade += raw[i + 1] ?? '';
  return upgrade;
}

/** What is done with a request that came off its connection, and with the connection where it stays one of HTTP. */
export interface UpgradeHandling {
  readonly serve: (req: Http1Request, res: Http1Response) => void;
  /** Reads further requests from the connection. */
  readonly goOn: (socket: Socket) => void;
}

/**
 * Serves a request that Node has taken off its connection, which it will not read from any more. Up to a 101 it goes the way
 * of every other request; after another answer the connection is given back, for the requests that follow.
 */
export function serveUpgrade(req: Http1Request, duplex: Duplex, head: Buffer, handling: UpgradeHandling): void {
  // Without a body, which `wantsWebSocket` has made sure of, it is the bare connection.
  const socket = duplex as Socket;
  const res = new Http1Response(req);
  res.shouldKeepAlive = !asksToClose(req);
  res.assignSocket(socket);
  req.tunnel = { socket, head };
  const onDrain = (): void => void res.emit('drain');
  const onEnd = (): void => socket.destroySoon();
  // The end of the connection ends the exchange by itself; without a listener the error would end the process.
  socket.on('error', ignore).on('drain', onDrain).once('end', onEnd);
  res.once('finish', () => {
    if (!res.shouldKeepAlive || socket.destroyed) return socket.destroySoon();
    socket.off('error', ignore).off('drain', onDrain).off('end', onEnd);
    leave(res, socket);
    if (head.length > 0) socket.unshift(head);
    handling.goOn(socket);
  });
  // Nobody reads yet, but a client that leaves must be noticed.
  socket.read(0);
  handling.serve(req, res);
}

function ignore(): void {}

function asksToClose({ scan }: Http1Request): boolean {
  return listMembers(scan.connection ?? '').includes('close');
}

/** Node does this for the answers of requests that it has kept. */
function leave(res: Http1Response, socket: Socket): void {
  res.detachSocket(socket);
  res.destroyed = true;
  res.emit('close');
}
