import { Readable } from 'node:stream';
import type { BodyStream, Reply } from '@sluice/plugin-kit';
import { closeBody, openBody, writeBody } from './client-body.ts';
import type { Exchange } from './exchange.ts';

/** Sends an answer whose body is produced meanwhile. A stream that fails breaks it off, so that it cannot look complete. */
export async function streamReply(exchange: Exchange, content: BodyStream, trailers: Reply['trailers']): Promise<void> {
  const announced = announcedLength(exchange);
  openBody(exchange, announced);
  // The head does not wait for a body that is slow to begin.
  exchange.res.flushHeaders();
  const pieces = content[Symbol.asyncIterator]();
  // A piece that is waited for may never come: the end of the exchange ends the stream, whatever it is doing.
  exchange.signal.addEventListener('abort', () => void endStream(content, pieces), { once: true });
  if (isBodiless(exchange)) {
    closeBody(exchange, []);
    return endStream(content, pieces);
  }
  try {
    await pour(exchange, pieces, announced);
    if (!exchange.isOver) closeBody(exchange, Object.entries(trailers?.() ?? {}).flat());
  } catch (error) {
    if (exchange.isOver) return;
    const { gateway, id } = exchange;
    gateway.log.error('the body of an answer failed', { request_id: id, error: String(error) });
    exchange.breakOff();
    void endStream(content, pieces);
  }
}

/** Piece by piece, each when the client has taken the one before. */
async function pour(exchange: Exchange, pieces: AsyncIterator<Uint8Array | string>, announced: number): Promise<void> {
  let left = announced < 0 ? Infinity : announced;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    if (exchange.isOver) return;
    const chunk = bufferOf(next.value);
    left -= chunk.length;
    if (left < 0) throw new RangeError('the body is longer than its Content-Length');
    if (chunk.length > 0 && !writeBody(exchange, chunk)) await exchange.room();
  }
  if (!exchange.isOver && announced >= 0 && left > 0)
    throw new RangeError('the body is shorter than its Content-Length');
}

async function endStream(content: BodyStream, pieces: AsyncIterator<Uint8Array | string>): Promise<void> {
  // Its iterator would first wait for the piece that it was asked for.
  if (content instanceof Readable) content.destroy();
  try {
    await pieces.return?.();
  } catch {
    // The answer is over: what its stream says about being ended changes nothing.
  }
}

function isBodiless({ req, response: { status } }: Exchange): boolean {
  return req.method === 'HEAD' || status === 204 || status === 304;
}

function announcedLength({ response, req }: Exchange): number {
  const length = response.headers.get('content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) && req.method !== 'HEAD' ? Number(length) : -1;
}

function bufferOf(piece: Uint8Array | string): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}
