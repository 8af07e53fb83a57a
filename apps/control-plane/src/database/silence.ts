import type { Socket } from 'node:net';

/** As much of a pool of `pg` as is needed here. */
interface ConnectingPool {
  on(event: 'connect', listener: (client: unknown) => void): unknown;
}

/**
 * Ends connections on which nothing moves for this long, in either direction: behind a link that hangs, a query would wait
 * for as long as TCP does, a quarter of an hour, and its connection would go back to the pool to hold up the next one. What
 * is ended fails its query at once, and the pool replaces it.
 */
export function endSilentConnections(pool: ConnectingPool, silenceMs: number): void {
  pool.on('connect', (client) => endWhenSilent(client, silenceMs));
}

/** The same for one connection of `pg`, whether it is connected yet or not. */
export function endWhenSilent(client: unknown, silenceMs: number): void {
  const { stream } = (client as { readonly connection: { readonly stream: Socket } }).connection;
  stream.setTimeout(silenceMs, () => stream.destroy(new Error(`The database was silent for ${silenceMs} ms.`)));
}
