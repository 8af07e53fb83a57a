import { constants, createServer, type Http2Server, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Gateway } from '../http/gateway.ts';
import { peerFor } from '../http/peer.ts';
import { conclude, refusalFacts, serve } from '../http/serve.ts';
import { Http2Request, plainFields } from './http2-request.ts';
import { Http2Response } from './http2-response.ts';

const endOfStream = 1;
const lingerMs = 5_000;

/** The HTTP/2 connections of an engine. */
export interface Http2Listener {
  /** Takes sockets by `emit('connection')`; never listens itself. */
  readonly server: Http2Server;
  /** Tells all clients to come back on another connection, and lets streams finish. */
  drain(): void;
  destroy(): void;
}

/** An HTTP/2 server whose streams go straight to the engine, through the same pipeline as everything else. */
export function createHttp2Server(gateway: Gateway): Http2Listener {
  const { limits } = gateway;
  const sessions = new Set<Http2Session>();
  const server = createServer({
    settings: {
      maxConcurrentStreams: limits.streamsMax,
      maxHeaderListSize: limits.headerBytesMax,
      enablePush: false,
      initialWindowSize: 256 * 1024,
    },
    // A little above what is answered 431: a stream with more is reset before its fields are looked at.
    maxHeaderListPairs: limits.headerCountMax + 20,
    maxSendHeaderBlockLength: 64 * 1024,
    // Streams that are opened and reset at once cost more to serve than to send (CVE-2023-44487).
    streamResetBurst: 200,
    streamResetRate: 20,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    maxSettings: 32,
    maxSessionMemory: 10,
    // An upstream that says something twice is answered for as over HTTP/1.1, not by an exception.
    strictSingleValueFields: false,
  } as never);
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.keepAliveTimeoutMs, () => endIdle(session));
    session.on('error', () => gateway.onRefusal('http2'));
    // A larger window for the connection than for each stream, so that one slow stream does not hold up the others.
    session.setLocalWindowSize(1024 * 1024);
    if (gateway.isDraining) session.close();
  });
  server.on('stream', (stream, _headers, flags, raw) =>
    serveStream(gateway, stream as ServerHttp2Stream, flags, raw as unknown as string[]),
  );
  server.on('sessionError', () => {});
  return {
    server,
    drain: () => sessions.forEach((session) => session.close()),
    destroy: () => sessions.forEach((session) => session.destroy()),
  };
}

/** Streams that stand still have timers of their own. */
function endIdle(session: Http2Session): void {
  if ((openStreams.get(session) ?? 0) === 0) session.close();
}

const openStreams = new WeakMap<Http2Session, number>();

function serveStream(gateway: Gateway, stream: ServerHttp2Stream, flags: number, raw: readonly string[]): void {
  // A client that resets its stream is no fault of ours; without a listener it would end the process. Before anything else:
  // a frame behind this one may have ended the session already, and its error comes after this.
  stream.on('error', () => {});
  const { session } = stream;
  if (session === undefined || session.destroyed || stream.destroyed || stream.closed) return;
  const socket = session.socket as unknown as Socket;
  openStreams.set(session, (openStreams.get(session) ?? 0) + 1);
  stream.on('timeout', () => stream.close(constants.NGHTTP2_CANCEL));
  const fields = plainFields(raw);
  if (fields === null) {
    gateway.onRefusal(400, { peer: peerFor(socket), status: 400 });
    stream.on('close', () => openStreams.set(session, (openStreams.get(session) ?? 1) - 1));
    stream.respond({ ':status': 400, server: gateway.serverName }, { endStream: true });
    return;
  }
  const req = new Http2Request(stream, socket, fields, (flags & endOfStream) !== 0);
  const res = new Http2Response(stream, req);
  stream.on('close', () => onClose(session, res));
  stream.on('drain', () => onDrain(res));
  stream.on('finish', () => stopUpload(stream, req, res));
  peerFor(socket);
  const { expect = '100-continue' } = req.scan.forNode;
  const refusal = expect.toLowerCase() === '100-continue' ? serve(gateway, req, res) : 417;
  if (refusal === null) return;
  gateway.onRefusal(refusal, refusalFacts(req, refusal));
  res.refuse(refusal, gateway.serverName);
}

function onClose(session: Http2Session, { exchange }: Http2Response): void {
  openStreams.set(session, (openStreams.get(session) ?? 1) - 1);
  if (exchange !== null) conclude(exchange);
}

function onDrain(res: Http2Response): void {
  res.limitStall(0);
  res.exchange?.onRoom();
}

/**
 * The answer is complete, and what the client still sends is not wanted any more (RFC 9113, section 8.1). It gets a moment to
 * notice: a reset at once would overtake the answer.
 */
function stopUpload(stream: ServerHttp2Stream, req: Http2Request, { exchange }: Http2Response): void {
  if (req.complete || stream.closed) return;
  if (exchange?.request.clientBody) exchange.request.clientBody.discard();
  else stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), lingerMs);
  stream.once('close', () => clearTimeout(timer));
}
