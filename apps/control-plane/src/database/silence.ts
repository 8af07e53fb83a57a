import type { Socket } from 'node:net';

/** As much of a pool of `pg` as is needed here. */
interface LendingPool {
  on(event: 'connect' | 'acquire', listener: (client: unknown) => void): unknown;
  on(event: 'release', listener: (error: unknown, client: unknown) => void): unknown;
}

/**
 * Ends connections on which nothing moves for this long, in either direction, while somebody has them: behind a link that
 * hangs, a query would wait for as long as TCP does, a quarter of an hour, and its connection would go back to the pool to
 * hold up the next one. What is ended fails its query at once, and the pool replaces it. On a connection that nobody has,
 * silence is nothing but rest.
 */
export function endSilentConnections(pool: LendingPool, silenceMs: number): void {
  pool.on('connect', (client) => streamOf(client).on('timeout', () => end(client, silenceMs)));
  pool.on('acquire', (client) => streamOf(client).setTimeout(silenceMs));
  // One that is given back because of an error is about to be closed, and a link that hangs lets nobody close it.
  pool.on('release', (error, client) => streamOf(client).setTimeout(error ? silenceMs : 0));
}

/** The same for one connection of `pg`, whether it is connected yet or not, and whoever has it. */
export function endWhenSilent(client: unknown, silenceMs: number): void {
  streamOf(client).setTimeout(silenceMs, () => end(client, silenceMs));
}

function end(client: unknown, silenceMs: number): void {
  streamOf(client).destroy(new Error(`The database was silent for ${silenceMs} ms.`));
}

function streamOf(client: unknown): Socket {
  return (client as { readonly connection: { readonly stream: Socket } }).connection.stream;
}
