import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { startPostgres, type TestDatabase } from '@sluice/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LockSession } from './lock-session.ts';

let postgres: TestDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** A way to the database that can stop carrying anything, with its connections open. */
async function startRelay() {
  const sockets: Socket[] = [];
  const target = Number(new URL(postgres.url).port);
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(postgres.url);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a lock is held by one session, and by another as soon as that one has ended', async () => {
  const first = await LockSession.open(postgres.url);
  await using second = await LockSession.open(postgres.url);
  expect(await first.tryLock()).toBe(true);
  expect(await second.tryLock()).toBe(false);

  await first[Symbol.asyncDispose]();

  expect(first.lost.aborted).toBe(true);
  await vi.waitFor(async () => expect(await second.tryLock()).toBe(true), { timeout: 10_000, interval: 10 });
});

test('a session on a link that carries nothing any more is found out from both ends', async () => {
  await using relay = await startRelay();
  await using cutOff = await LockSession.open(relay.url);
  await using other = await LockSession.open(postgres.url);
  expect(await cutOff.tryLock()).toBe(true);

  relay.freeze();
  await cutOff.check();
  expect(cutOff.lost.aborted).toBe(true);

  await vi.waitFor(async () => expect(await other.tryLock()).toBe(true), { timeout: 20_000, interval: 100 });
});

test('a database that is not there is an error, and not a lost lock', async () => {
  await expect(LockSession.open('postgres://sluice@127.0.0.1:1/none')).rejects.toThrow('ECONNREFUSED');
});
