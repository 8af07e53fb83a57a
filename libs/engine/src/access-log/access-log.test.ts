import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';

function collector() {
  const lines: string[] = [];
  return { lines, sink: { append: (line: string) => void lines.push(line.trimEnd()), flush: () => {}, dropped: 0 } };
}

/** A gateway without routes that writes lines of a format. */
async function loggingGateway(format: string | undefined, escape: 'default' | 'json' = 'default') {
  const log = collector();
  const options = {
    accessLog: log.sink,
    accessLogEscape: escape,
    ...(format !== undefined && { accessLogFormat: format }),
  };
  return { log, gateway: await startGateway([], [], options) };
}

test('a request is one line of JSON, without its query: that may hold a key', async () => {
  const log = collector();
  await using upstream = await startUpstream();
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { accessLog: log.sink });

  await gateway.get('/a?api_key=geheim');
  await expect.poll(() => log.lines).toHaveLength(1);

  expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({
    method: 'GET',
    path: '/a',
    status: 200,
    route_id: '1',
    client_ip: '127.0.0.1',
    upstream_addr: upstream.node,
    upstream_status: '200',
    source: 'upstream',
  });
  expect(log.lines[0]).not.toContain('geheim');
});

test('a client that left before the answer is there as 499', async () => {
  const log = collector();
  await using upstream = await startUpstream(() => {});
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { accessLog: log.sink });
  using client = await rawClient(gateway.port);

  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => upstream.requests.length).toBe(1);
  client.socket.destroy();

  await expect.poll(() => log.lines).toHaveLength(1);
  expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ status: 499 });
});

test('all tries of a request are there, each with its node and status', async () => {
  const log = collector();
  await using upstream = await startUpstream();
  const nodes = [
    { host: '127.0.0.1', port: 1, weight: 1, priority: 1 },
    { host: '127.0.0.1', port: Number(new URL(upstream.url).port), weight: 1, priority: 0 },
  ];
  const options = { accessLog: log.sink, accessLogFormat: '$upstream_addr | $upstream_status' };
  await using gateway = await startGateway([], { uri: '/*', upstream: { type: 'roundrobin', nodes } }, options);

  await gateway.get('/');

  await expect.poll(() => log.lines).toEqual([`127.0.0.1:1, ${upstream.node} | 502, 200`]);
});

describe('a format is filled in, and no value of a client can end a line or a quote', () => {
  test('as nginx escapes', async () => {
    const { log, gateway } = await loggingGateway('$remote_addr "$request" $status "$arg_x" $http_none.');
    await using _ = gateway;

    await gateway.get('/a?x=%22%0Aforged%20line%5C%C3%BC');

    const value = '\\x22\\x0Aforged line\\x5C\\xC3\\xBC';
    await expect
      .poll(() => log.lines)
      .toEqual([`127.0.0.1 "GET /a?x=%22%0Aforged%20line%5C%C3%BC HTTP/1.1" 404 "${value}" -.`]);
  });

  test('inside JSON', async () => {
    const { log, gateway } = await loggingGateway('{"x":"$arg_x","none":"$http_none","status":$status}', 'json');
    await using _ = gateway;

    await gateway.get('/a?x=%22%0A%5C%C3%BC');

    await expect.poll(() => log.lines.length).toBe(1);
    expect(JSON.parse(log.lines[0] ?? '')).toEqual({ x: '"\n\\ü', none: '', status: 404 });
  });
});

describe('what is refused before it is a request stands in the log and is counted', () => {
  test.each([
    ['a repeated Host', 'GET /r HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '400 "GET /r HTTP/1.1"'],
    ['what is no HTTP', 'nonsense\r\n\r\n', '400 "-"'],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, '431 "-"'],
    ['an expectation that nobody meets', 'GET /e HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', '417 "GET /e HTTP/1.1"'],
  ])('%s', async (_, bytes, expected) => {
    const { log, gateway } = await loggingGateway('$status "$request"');
    await using _gateway = gateway;
    using client = await rawClient(gateway.port);

    client.send(bytes);

    await expect.poll(() => log.lines.length).toBe(1);
    expect(log.lines[0]).toBe(expected);
    expect(gateway.engine.metrics.render()).toContain(`sluice_refused_total{reason="${log.lines[0]?.slice(0, 3)}"} 1`);
  });

  test('in JSON with what is known of it', async () => {
    const { log, gateway } = await loggingGateway(undefined);
    await using _ = gateway;
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');

    await expect.poll(() => log.lines.length).toBe(1);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ status: 400, client_ip: '127.0.0.1', source: 'gateway' });
  });
});

test('lines that were dropped are counted', async () => {
  const sink = { append: () => void (sink.dropped += 1), flush: () => {}, dropped: 0 };
  await using gateway = await startGateway([], [], { accessLog: sink });

  for (let i = 0; i < 5; i += 1) expect((await gateway.get('/')).statusCode).toBe(404);
  await expect.poll(() => sink.dropped).toBe(5);
  gateway.engine.takeMetricDelta();
  gateway.engine.takeMetricDelta();

  expect(gateway.engine.metrics.render()).toMatch(/^sluice_access_log_dropped_total(?:\{\})? 5$/m);
});
