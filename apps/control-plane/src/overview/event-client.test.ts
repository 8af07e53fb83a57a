import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { EventClient } from './event-client.ts';

/** An event stream over a real connection. The reply does no more than hand over its response. */
async function openStream(): Promise<AsyncDisposable & { client: EventClient; response: IncomingMessage }> {
  const accepted = Promise.withResolvers<EventClient>();
  const server = createServer((_request, raw: ServerResponse) => {
    const reply = { raw, getHeaders: () => ({ 'x-from': 'the framework' }), hijack: () => reply };
    const credential = { type: 'key', hash: Buffer.alloc(32) } as const;
    accepted.resolve(new EventClient(reply as unknown as FastifyReply, { groupId: 1, group: 'default', credential }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => get({ port, host: '127.0.0.1' }, resolve));
  const client = await accepted.promise;
  return {
    client,
    response,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a client that reads nothing is cut off before it costs much memory', async () => {
  await using stream = await openStream();
  stream.response.on('error', () => undefined);
  let isClosed = false;
  stream.client.onClose(() => (isClosed = true));
  await expect
    .poll(
      () => {
        for (let i = 0; i < 100; i += 1) stream.client.send('filler', 'x'.repeat(10_000));
        return isClosed;
      },
      { timeout: 10_000, interval: 5 },
    )
    .toBe(true);
});

test('a stream keeps the headers of the framework and sends events as they are written', async () => {
  await using stream = await openStream();
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-from': 'the framework',
  });
  let text = '';
  stream.response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  stream.client.send('revision', { number: 7 });
  stream.client.sendHeartbeat();
  await expect.poll(() => text).toBe('retry: 2000\n\nevent: revision\ndata: {"number":7}\n\n: alive\n\n');
});
