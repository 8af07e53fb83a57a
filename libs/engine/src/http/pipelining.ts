import type { Socket } from 'node:net';

/** With so many requests waiting for their turn, a connection is not read any further. */
const waitingMax = 16;

/**
 * A socket as Node's HTTP server sees it. Its own back-pressure counts bytes of answers, and knows nothing of requests that
 * have not been begun; a plain `pause` it takes back. This mark is how it pauses by itself; a test pins that.
 */
interface ServedSocket extends Socket {
  _paused?: boolean;
  readonly parser?: { resume(): void } | null;
}

const waiting = new WeakMap<Socket, number>();

/** One more request of this connection waits for its turn. */
export function holdBack(socket: ServedSocket): void {
  const count = (waiting.get(socket) ?? 0) + 1;
  waiting.set(socket, count);
  if (count < waitingMax) return;
  socket._paused = true;
  socket.pause();
}

/** The turn of a waiting request has come. */
export function letGo(socket: ServedSocket): void {
  const count = (waiting.get(socket) ?? 1) - 1;
  waiting.set(socket, count);
  if (count >= waitingMax || !socket._paused) return;
  socket._paused = false;
  socket.parser?.resume();
  socket.resume();
}
