import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Http2Request, plainFields } from './http2-request.ts';

/** A stream of a real connection at the moment when its fields are there, and no answer yet. */
async function openStream() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const request = client.request({ ':path': '/' });
  request.on('error', () => {});
  const [stream, , , raw] = (await once(server, 'stream')) as [ServerHttp2Stream, object, number, string[]];
  stream.on('error', () => {});
  const close = (): void => {
    client.destroy();
    server.close();
  };
  return { stream, raw, [Symbol.dispose]: close };
}

test('the end of a request without a body is read before its answer, or its stream would take a place after it', async () => {
  using opened = await openStream();
  const { stream, raw } = opened;
  const fields = plainFields(raw);
  if (fields === null) throw new Error('The fields are not sound.');
  const ended = once(stream, 'end');

  const request = new Http2Request(stream, stream.session?.socket as unknown as Socket, fields, true);
  await ended;

  expect(request.complete).toBe(true);
  expect([stream.headersSent, stream.closed]).toEqual([false, false]);
});
