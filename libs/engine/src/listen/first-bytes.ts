import type { Socket } from 'node:net';

/** Looks at the first bytes of a connection. `wait`: more are needed; otherwise it has taken the connection over, or ended it. */
export type FirstLook = (bytes: Buffer, socket: Socket) => 'wait' | 'done';

/** What a look leaves of the bytes, for whoever serves the connection. */
export function giveBack(socket: Socket, bytes: Buffer): void {
  if (bytes.length > 0) socket.unshift(bytes);
}

/**
 * Shows the first bytes of a connection to a look, again and again until it knows; gives up at the deadline. The connection is
 * among the undecided ones meanwhile.
 */
export function lookAtFirstBytes(socket: Socket, look: FirstLook, deadlineMs: number, undecided: Set<Socket>): void {
  let seen: Buffer | null = null;
  const timer = setTimeout(() => socket.destroy(), deadlineMs);
  undecided.add(socket);
  const stop = (): void => {
    undecided.delete(socket);
    clearTimeout(timer);
    socket.off('readable', onReadable).off('end', onEnd).off('close', stop);
  };
  const onReadable = (): void => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    seen = seen === null ? bytes : Buffer.concat([seen, bytes]);
    if (look(seen, socket) === 'done') stop();
  };
  const onEnd = (): void => void socket.destroy();
  // Without a listener the error would end the process; the close that follows says enough. It stays, for connections that
  // are refused: the client may reset one while the refusal is being written.
  const onError = (): void => {};
  socket.on('readable', onReadable).on('end', onEnd).on('error', onError).on('close', stop);
}
