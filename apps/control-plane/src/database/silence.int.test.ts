import { ending, startPostgresBehindLink } from '@sluice/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { endSilentConnections } from './silence.ts';

/** A pool of one connection, over a link that can fail, and why the pool lost connections that nobody had. */
async function watchedPool(silenceMs: number) {
  const server = await startPostgresBehindLink();
  const pool = new Pool({ connectionString: server.url, max: 1 });
  const lost: string[] = [];
  pool.on('error', ({ message }) => lost.push(message));
  endSilentConnections(pool, silenceMs);
  const poolEnd = { [Symbol.asyncDispose]: async () => (pool.ended ? undefined : pool.end()) };
  return ending({ pool, lost, link: server.link }, poolEnd, server);
}

test('a query behind a link that hangs fails, and the next one has a connection that works', async () => {
  await using house = await watchedPool(300);
  const { pool, link } = house;
  await pool.query('SELECT 1');
  link.hang();

  await expect(pool.query('SELECT 1')).rejects.toThrow('silent for 300 ms');
  link.pass();

  await expect.poll(() => pool.query('SELECT 2 AS two').then(({ rows }) => rows as unknown)).toEqual([{ two: 2 }]);
});

test('a connection that nobody uses may rest for as long as it likes, and is watched again when it is used', async () => {
  await using house = await watchedPool(100);
  const { pool, lost, link } = house;
  const process = async () => (await pool.query('SELECT pg_backend_pid() AS pid')).rows as unknown;
  const first = await process();

  const began = performance.now();
  await expect.poll(() => performance.now() - began).toBeGreaterThan(400);
  expect(lost).toEqual([]);
  expect(await process()).toEqual(first);

  link.hang();
  await expect(process()).rejects.toThrow('silent for 100 ms');
});

test('a pool is closed although the link of a connection that nobody has hangs', async () => {
  await using house = await watchedPool(300);
  const { pool, link } = house;
  await pool.query('SELECT 1');
  link.hang();

  await pool.end();

  expect(pool.totalCount).toBe(0);
});
