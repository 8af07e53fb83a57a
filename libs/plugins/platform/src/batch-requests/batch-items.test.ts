import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { address, startBatch } from './fixtures/start-batch.ts';

describe('a request of a batch', () => {
  test('gets its own answer, in order, whatever became of the others', async () => {
    await using pair = await startBatch();
    const answers = await pair.send([
      { path: '/a', query: { x: '1 2', list: ['p', 'q'] } },
      { path: '/ann/b' },
      { path: '/c?y=1', method: 'PUT', body: 'hé', query: { z: true } },
      { path: '/d', method: 'HEAD' },
    ]);
    expect(answers.map(({ status, reason, body }) => [status, reason, body])).toEqual([
      [200, 'OK', '<>'],
      [401, 'Unauthorized', 'not ann'],
      [201, 'Created', '<hé>'],
      [200, 'OK', ''],
    ]);
    expect(answers[0]?.headers).toMatchObject({ 'X-Seen': 'GET /a?x=1+2&list=p&list=q', 'Set-Cookie': ['a', 'b'] });
    expect(answers[2]?.headers).toMatchObject({ 'X-Seen': 'PUT /c?y=1&z=true' });
  });

  test('passes the plugins of its route in the name of the client', async () => {
    await using pair = await startBatch();
    const pipeline = [{ path: '/ann/a' }, { path: '/ann/b', headers: { 'X-User': 'bob' } }];
    const answers = await pair.send(pipeline, {}, { 'x-user': 'ann' });
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    expect(pair.upstream.requests).toHaveLength(1);
  });

  test('has its own headers, then those of the batch, then those of the client', async () => {
    await using pair = await startBatch();
    await pair.send(
      [{ path: '/', headers: { 'X-One': 'item' } }],
      { headers: { 'x-one': 'batch', 'x-two': 'batch', 'x-number': 3 }, query: { q: 'batch' } },
      { 'x-one': 'client', 'x-two': 'client', 'x-three': 'client', 'content-type': 'application/json', cookie: 'c=1' },
    );
    const { headers = {}, url } = pair.upstream.requests[0] ?? {};
    expect(headers).toMatchObject({
      'x-one': 'item',
      'x-two': 'batch',
      'x-three': 'client',
      'x-number': '3',
      cookie: 'c=1',
    });
    expect(headers).not.toHaveProperty('content-type');
    expect(url).toBe('/?q=batch');
  });

  test('cannot say who the client is, nor how long its body is', async () => {
    await using pair = await startBatch({ engine: { trustedAddresses: ['127.0.0.1'], realIpFrom: ['127.0.0.1'] } });
    const headers = {
      'x-real-ip': '6.6.6.6',
      'X-Forwarded-For': '6.6.6.6',
      'x-forwarded-proto': 'gopher',
      forwarded: 'for=6.6.6.6',
      'Content-Length': '1',
      'transfer-encoding': 'chunked',
      connection: 'close',
    };
    const body = 'xGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    const answers = await pair.send([{ method: 'POST', path: '/', headers, body }], { headers });
    expect(answers[0]?.body).toBe(`<${body}>`);
    expect(pair.upstream.requests).toHaveLength(1);
    expect(JSON.stringify(pair.upstream.requests[0]?.headers)).not.toMatch(/6\.6\.6\.6|gopher/);
  });

  test('is answered with 504 where nobody answers in time, and the next one is sent all the same', async () => {
    await using pair = await startBatch();
    const answers = await pair.send([{ path: '/silent' }, { path: '/b' }], { timeout: 200 });
    expect(answers).toMatchObject([{ status: 504, reason: 'upstream timeout' }, { status: 200 }]);
  });

  test('says where its answer broke off', async () => {
    await using pair = await startBatch();
    expect(await pair.send([{ path: '/broken' }])).toMatchObject([
      { status: 200, read_body_err: 'the answer broke off' },
    ]);
  });

  test.each(['TRACE', 'OPTIONS', 'PURGE'])('may be a %s, which comes to an end', async (method) => {
    await using pair = await startBatch();
    const [answer] = await pair.send([{ path: '/', method }], { timeout: 2000 });
    expect(answer?.status).toBeGreaterThanOrEqual(200);
  });

  test('cannot be a batch, under no name', async () => {
    const route = { uri: '/alias', plugins: { 'public-api': { uri: address } } };
    await using pair = await startBatch({ route });
    const inner = JSON.stringify({ pipeline: [{ path: '/deep' }] });
    const answers = await pair.send(['/alias', address].map((path) => ({ path, method: 'POST', body: inner })));
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [400, '{"error_msg":"a batch must not be part of a batch"}\n'],
      [400, '{"error_msg":"a batch must not be part of a batch"}\n'],
    ]);
    expect(pair.upstream.requests).toHaveLength(0);
  });
});

test('requests are sent one after the other, so that one may rely on those before it', async () => {
  await using pair = await startBatch();
  const paths = Array.from({ length: 20 }, (_, i) => `/${i}`);
  await pair.send(paths.map((path) => ({ path })));
  expect(pair.upstream.requests.map(({ url }) => url)).toEqual(paths);
});

test('a client that goes away ends its batch', async () => {
  await using pair = await startBatch();
  using client = await rawClient(pair.gateway.port);
  const body = JSON.stringify({ pipeline: [{ path: '/silent' }, { path: '/second' }] });
  client.send(`POST ${address} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await expect.poll(() => pair.upstream.requests.length).toBe(1);
  client.socket.destroy();
  await expect.poll(() => pair.gateway.engine.openRequests).toBe(0);
  expect(pair.upstream.requests).toHaveLength(1);
});
