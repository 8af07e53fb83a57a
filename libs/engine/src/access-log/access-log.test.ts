import { Writable } from 'node:stream';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';

function collector() {
  let text = '';
  const stream = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) });
  return { stream, lines: () => text.split('\n').filter((line) => line !== '') };
}

test('a request is one line of JSON, without its query: that may hold a key', async () => {
  const log = collector();
  await using upstream = await startUpstream();
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { accessLog: log.stream });

  await gateway.get('/a?api_key=geheim');
  await expect.poll(log.lines).toHaveLength(1);

  expect(JSON.parse(log.lines()[0] ?? '')).toMatchObject({
    method: 'GET',
    path: '/a',
    status: 200,
    route_id: '1',
    client_ip: '127.0.0.1',
    upstream_addr: upstream.node,
    upstream_status: '200',
    source: 'upstream',
  });
  expect(log.lines()[0]).not.toContain('geheim');
});

test('a client that left before the answer is there as 499', async () => {
  const log = collector();
  await using upstream = await startUpstream(() => {});
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { accessLog: log.stream });
  using client = await rawClient(gateway.port);

  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => upstream.requests.length).toBe(1);
  client.socket.destroy();

  await expect.poll(log.lines).toHaveLength(1);
  expect(JSON.parse(log.lines()[0] ?? '')).toMatchObject({ status: 499 });
});

test('a format is filled in, and no value of a client can end a line or a quote', async () => {
  const log = collector();
  await using gateway = await startGateway([], [], {
    accessLog: log.stream,
    accessLogFormat: '$remote_addr "$request" $status "$arg_x"',
  });

  await gateway.get('/a?x=%22%0Aforged%20line');
  await expect.poll(log.lines).toHaveLength(1);

  expect(log.lines()).toEqual(['127.0.0.1 "GET /a?x=%22%0Aforged%20line HTTP/1.1" 404 "\\x22\\x0Aforged line"']);
});

test('a stream that takes nothing holds up no request, and lines that do not fit are counted', async () => {
  const stuck = new Writable({ write: () => {} });
  await using gateway = await startGateway([], [], { accessLog: stuck });

  for (let i = 0; i < 50; i += 1) expect((await gateway.get('/')).statusCode).toBe(404);
});
