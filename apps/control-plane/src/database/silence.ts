import type { Socket } from 'node:net';
import type { Pool } from 'pg';

/**
 * Ends connections on which nothing moves for this long, in either direction, while somebody has them: behind a link that
 * hangs, a query would wait for as long as TCP does, a quarter of an hour, and its connection would go back to the pool to
 * hold up the next one. What is ended fails its query at once, and the pool replaces it. On a connection that nobody has,
 * silence is nothing but rest, unless it is being closed: a link that hangs lets nobody close it.
 */
export function endSilentConnections(pool: Pool, silenceMs: number): void {
  const lent = new WeakSet<object>();
  pool.on('acquire', (client) => lent.add(client));
  pool.on('release', (_error, client) => lent.delete(client));
  pool.on('connect', (client) => {
    const stream = streamOf(client);
    stream.setTimeout(silenceMs).on('timeout', () => {
      if (lent.has(client) || isEnding(client)) end(client, silenceMs);
      else stream.setTimeout(silenceMs);
    });
  });
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

/** Whether it was told to close; the pool itself looks there as well. */
function isEnding(client: unknown): boolean {
  return (client as { readonly _ending?: boolean })._ending === true;
}
