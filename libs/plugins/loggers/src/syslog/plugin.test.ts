import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  ending,
  startGateway,
  startRawServer,
  startUpstream,
  testAuthority,
  type TestCertificate,
} from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { afterEach, describe, expect, test } from 'vitest';
import { syslogMessage } from './message.ts';
import { syslog } from './plugin.ts';

const authority = testAuthority();
const usualAuthorities = getCACertificates('default');
afterEach(() => setDefaultCACertificates(usualAuthorities));

/** A server that keeps what it is sent, or never reads it. */
async function startSink({ reads = true, certificate }: { reads?: boolean; certificate?: TestCertificate } = {}) {
  let text = '';
  const server = await startRawServer((socket) => {
    if (reads) socket.on('data', (data) => (text += data.toString()));
    else socket.pause();
  }, certificate);
  const sink = {
    port: server.port,
    get text() {
      return text;
    },
    get connections() {
      return server.connections;
    },
    cut: () => server.sockets.forEach((socket) => socket.destroy()),
  };
  return ending(sink, server);
}

const startTls = () => startSink({ certificate: authority.issue({ names: ['127.0.0.1'] }) });

/** A gateway whose requests are logged to a port of this host. */
async function startLogged(port: number, config: object = {}) {
  const upstream = await startUpstream();
  const logger = { host: '127.0.0.1', port, batch_max_size: 1, log_format: { uri: '$uri' }, ...config };
  const route = { uri: '/*', upstream: upstream.url, plugins: { syslog: logger } };
  const gateway = await startGateway([syslog], route);
  const losses = () =>
    gateway.log.lines.flatMap(({ message, fields }) =>
      message === 'entries of a logger are lost' ? [(fields as { why: string }).why] : [],
    );
  return ending({ gateway, losses }, gateway, upstream);
}

const messageOf = (host: string, json: string) =>
  new RegExp(`^<46>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ${host} apisix ${process.pid} - - ${json}$`);

describe('a configuration is refused', () => {
  const problemOf = (config: object) => syslog.schema.extraChecks?.(config as never);

  test('that asks for TLS over UDP, or for a port that is none', () => {
    expect(problemOf({ port: 514, tls: true, sock_type: 'udp' })).toMatch(/^property "tls" validation failed/);
    expect(problemOf({ port: 0 })).toMatch(/^property "port" validation failed/);
    expect(problemOf({ port: 514, tls: true, sock_type: 'tcp' })).toBeUndefined();
  });
});

test('a host that a client made up cannot begin a field or a line of its own', () => {
  for (const host of ['a b', 'a\nb', 'é', '', undefined]) {
    expect(syslogMessage(0, host, '{}')).toBe(`<46>1 1970-01-01T00:00:00.000Z - apisix ${process.pid} - - {}`);
  }
});

describe('a request does not notice', () => {
  test('that nobody listens, which the log tells', async () => {
    await using peers = await startLogged(1);
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await eventually(() => expect(peers.losses()[0]).toMatch(/ECONNREFUSED/));
  });

  test('that the server never reads: what may wait is bounded, further messages are dropped', async () => {
    await using sink = await startSink({ reads: false });
    const long = { log_format: { long: 'a'.repeat(60_000) }, drop_limit: 100_000, timeout: 60_000 };
    await using peers = await startLogged(sink.port, long);
    for (let at = 0; at < 400 && peers.losses().length === 0; at += 1) await peers.gateway.get('/');
    expect(peers.losses()).toEqual(['too many entries wait']);
  });

  test('that the certificate of the server is of nobody known', async () => {
    await using sink = await startTls();
    await using peers = await startLogged(sink.port, { tls: true });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await eventually(() => expect(peers.losses()[0]).toMatch(/certificate/));
    expect(sink.text).toBe('');
  });
});

test('each request is a message in a line of its own, over one connection', async () => {
  await using sink = await startSink();
  await using peers = await startLogged(sink.port);
  await peers.gateway.get('/a', { host: 'shop.example.com' });
  await peers.gateway.get('/b', { host: 'shop.example.com:9080' });
  await eventually(() => expect(sink.text.split('\n')).toHaveLength(3));
  const [first = '', second = '', end] = sink.text.split('\n');
  expect(first).toMatch(messageOf('shop\\.example\\.com', '{"uri":"/a","route_id":"1"}'));
  expect(second).toMatch(messageOf('shop\\.example\\.com', '{"uri":"/b","route_id":"1"}'));
  expect([end, sink.connections]).toEqual(['', 1]);
});

test('a connection that broke is made anew', async () => {
  await using sink = await startSink();
  await using peers = await startLogged(sink.port, { max_retry_count: 3, retry_delay: 0 });
  await peers.gateway.get('/a');
  await eventually(() => expect(sink.text).toContain('"/a"'));
  sink.cut();
  await eventually(async () => {
    await peers.gateway.get('/b');
    expect(sink.text).toContain('"/b"');
  });
  expect(sink.connections).toBe(2);
});

test('over TLS, messages reach a server whose certificate is valid for its name', async () => {
  setDefaultCACertificates([authority.cert]);
  await using sink = await startTls();
  await using peers = await startLogged(sink.port, { tls: true });
  await peers.gateway.get('/a');
  await eventually(() => expect(sink.text).toContain('{"uri":"/a","route_id":"1"}\n'));
});

test('over UDP, each message is a datagram, also of a batch', async () => {
  const received: string[] = [];
  const socket = createSocket('udp4').on('message', (message) => void received.push(message.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  await using peers = await startLogged(socket.address().port, { sock_type: 'udp', batch_max_size: 2 });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  await eventually(() => expect(received).toHaveLength(2));
  expect(received[0]).toMatch(messageOf('127\\.0\\.0\\.1', '{"uri":"/a","route_id":"1"}'));
  socket.close();
});

test('what waits is sent when the configuration goes', async () => {
  await using sink = await startSink();
  await using peers = await startLogged(sink.port, { batch_max_size: 10, flush_limit: 1 });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  expect(sink.text).toBe('');
  peers.gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(sink.text.match(/"uri"/g)).toHaveLength(2));
});
