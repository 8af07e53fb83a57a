import type { TLSSocket } from 'node:tls';
import {
  onRequestHead,
  startGateway,
  startRawServer,
  startUpstream,
  testAuthority,
  type TestCertificate,
  type TestResource,
} from '@sluice/testing';
import { describe, expect, test } from 'vitest';

const authority = testAuthority();
const server = authority.issue({ names: ['good.test', '127.0.0.1'] });
const gatewayCertificate = authority.issue({ names: ['gateway'] });

const secured = (node: string, more: object = {}, tls?: object) => ({
  uri: '/*',
  upstream: { scheme: 'https', type: 'roundrobin', nodes: { [node]: 1 }, ...more, ...(tls && { tls }) },
});
const shown = ({ cert, key }: TestCertificate) => ({ client_cert: cert, client_key: key });
const trusting = { trustedCertificates: [authority.cert] };

/** A server that answers with what it saw of the handshake. */
function startSecured(options: { certificate?: TestCertificate; asksForCertificate?: boolean } = {}) {
  const { certificate = server, asksForCertificate = false } = options;
  return startUpstream(
    (req, res) => {
      const socket = req.socket as TLSSocket & { servername: string | false };
      const peer = socket.getPeerCertificate();
      const isReused = socket.isSessionReused();
      res.end(JSON.stringify({ sni: socket.servername, client: peer.subject?.CN ?? null, isReused }));
    },
    { ...certificate, ca: [authority.cert], requestCert: asksForCertificate, rejectUnauthorized: asksForCertificate },
  );
}

describe('a certificate that is verified', () => {
  test.each([
    ['is not valid any more', () => authority.issue({ names: ['good.test'], days: -1 }), 'CERT_HAS_EXPIRED'],
    ['names somebody else', () => authority.issue({ names: ['other.test'] }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'comes from a stranger',
      () => testAuthority('a stranger').issue({ names: ['good.test'] }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('one that %s is a bad gateway, and the log says so', async (_what, issue, code) => {
    await using upstream = await startSecured({ certificate: issue() });
    await using gateway = await startGateway([], secured(upstream.node, {}, { verify: true }), trusting);

    const response = await gateway.get('/', { host: 'good.test' });

    expect(response.statusCode).toBe(502);
    expect(response.body).not.toContain(code);
    expect(upstream.requests).toHaveLength(0);
    const detail = String(gateway.log.lines[0]?.fields['detail']);
    expect(gateway.log.lines[0]?.fields['code']).toBe('UPSTREAM_TLS');
    expect(detail).toContain('TLS with good.test failed');
    expect(detail).toContain(code);
  });

  test('one that is valid for the host that is asked for serves, by name or by address', async () => {
    await using upstream = await startSecured();
    await using gateway = await startGateway([], secured(upstream.node, {}, { verify: true }), trusting);

    expect((await gateway.get('/', { host: 'good.test:8443' })).json()).toMatchObject({ sni: 'good.test' });
    expect((await gateway.get('/', { host: '127.0.0.1' })).json()).toMatchObject({ sni: false });
    expect((await gateway.get('/', { host: 'bad.test' })).statusCode).toBe(502);
  });

  test('without verification any certificate will do, as for the reference', async () => {
    await using upstream = await startSecured({ certificate: testAuthority().issue({ names: ['x'], days: -1 }) });
    await using gateway = await startGateway([], secured(upstream.node));

    expect((await gateway.get('/', { host: 'good.test' })).statusCode).toBe(200);
  });
});

describe('a handshake that does not come to an end', () => {
  test('a server without TLS is a bad gateway', async () => {
    await using upstream = await startRawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400\r\n\r\n')),
    );
    await using gateway = await startGateway([], secured(upstream.node));

    expect((await gateway.get('/')).statusCode).toBe(502);
    expect(gateway.log.lines[0]?.fields).toMatchObject({ code: 'UPSTREAM_TLS' });
  });

  test('a server that accepts and says nothing is given up when the time to connect is over', async () => {
    await using upstream = await startRawServer((socket) => socket.resume());
    await using gateway = await startGateway([], {
      ...secured(upstream.node),
      timeout: { connect: 0.1, send: 5, read: 5 },
    });

    expect((await gateway.get('/')).statusCode).toBe(504);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('a node whose certificate is bad makes way for one whose certificate is good, even for a POST', async () => {
    await using bad = await startSecured({ certificate: authority.issue({ names: ['other.test'] }) });
    await using good = await startSecured();
    const upstream = { nodes: { [bad.node]: 1, [good.node]: 1 } };
    await using gateway = await startGateway([], secured('', upstream, { verify: true }), trusting);

    for (let i = 0; i < 2; i += 1) {
      const response = await gateway.request({ method: 'POST', body: 'x', headers: { host: 'good.test' } });
      expect(response.statusCode).toBe(200);
    }
    expect(bad.requests).toHaveLength(0);
  });
});

describe('the name that is asked for', () => {
  test.each([
    ['pass', 'good.test', { pass_host: 'pass' }],
    ['rewrite', 'rewritten.test', { pass_host: 'rewrite', upstream_host: 'rewritten.test:99' }],
    ['node', false, { pass_host: 'node' }],
  ])('is the host that is sent (%s)', async (_how, sni, how) => {
    await using upstream = await startSecured();
    await using gateway = await startGateway([], secured(upstream.node, how));

    expect((await gateway.get('/', { host: 'Good.test:1234' })).json()).toMatchObject({ sni });
  });

  test('a connection is kept, and used again only for the name that it was opened for', async () => {
    await using upstream = await startSecured();
    await using gateway = await startGateway([], secured(upstream.node));

    for (const host of ['a.test', 'b.test', 'a.test', 'b.test', 'b.test'])
      expect((await gateway.get('/', { host })).json()).toMatchObject({ sni: host });

    expect(upstream.connections).toBe(2);
  });

  test('idle connections to one node stay within the size of its pool, whatever names clients think of', async () => {
    await using upstream = await startSecured();
    const pool = { keepalive_pool: { size: 2, idle_timeout: 60, requests: 1000 } };
    await using gateway = await startGateway([], secured(upstream.node, pool));

    for (let i = 0; i < 6; i += 1) await gateway.get('/', { host: `${i}.test` });

    await expect.poll(() => upstream.sockets.size).toBe(2);
  });

  test('a further connection continues the session of an earlier one', async () => {
    await using upstream = await startSecured();
    const pool = { keepalive_pool: { size: 1, idle_timeout: 60, requests: 1 } };
    await using gateway = await startGateway([], secured(upstream.node, pool));

    expect((await gateway.get('/', { host: 'a.test' })).json()).toMatchObject({ isReused: false });
    expect((await gateway.get('/', { host: 'b.test' })).json()).toMatchObject({ isReused: false });
    await expect
      .poll(async () => (await gateway.get('/', { host: 'a.test' })).json())
      .toMatchObject({ isReused: true });
  });
});

describe('the certificate that the gateway shows', () => {
  test('none is shown unasked, and a server that wants one is a bad gateway', async () => {
    await using upstream = await startSecured({ asksForCertificate: true });
    await using gateway = await startGateway([], secured(upstream.node));

    expect((await gateway.get('/')).statusCode).toBe(502);
    expect(upstream.requests).toHaveLength(0);
  });

  test('is the one in the upstream', async () => {
    await using upstream = await startSecured({ asksForCertificate: true });
    await using gateway = await startGateway([], secured(upstream.node, {}, shown(gatewayCertificate)));

    expect((await gateway.get('/')).json()).toMatchObject({ client: 'gateway' });
  });

  test('is refused with a key that does not belong to it, without a word of the key', async () => {
    const stranger = authority.issue({ names: ['stranger'] });
    const tls = { client_cert: gatewayCertificate.cert, client_key: stranger.key };

    const refusal = startGateway([], secured('127.0.0.1:1', {}, tls));

    await expect(refusal).rejects.toThrow('does not belong to the certificate');
    await expect(refusal).rejects.not.toThrow('PRIVATE KEY');
  });

  test('connections are not shared between upstreams that show different ones', async () => {
    await using upstream = await startSecured({ asksForCertificate: true });
    const other = authority.issue({ names: ['other'] });
    const routes = [gatewayCertificate, other].map((certificate, id) => ({
      kind: 'route',
      id: String(id),
      value: { ...secured(upstream.node, {}, shown(certificate)), uri: `/${id}` },
    }));
    await using gateway = await startGateway([], routes);

    for (const [path, client] of [
      ['/0', 'gateway'],
      ['/1', 'other'],
      ['/0', 'gateway'],
    ] as const)
      expect((await gateway.get(path)).json()).toMatchObject({ client });
    expect(upstream.connections).toBe(2);
  });
});

describe('a certificate that is a resource of its own', () => {
  const ssl = (certificate: TestCertificate, type = 'client'): TestResource => ({
    kind: 'ssl',
    id: 'c',
    value: { type, ...certificate },
  });
  const route = (node: string): TestResource => ({
    kind: 'route',
    id: '1',
    value: secured(node, {}, { client_cert_id: 'c' }),
  });

  test('is missed while it is not there, or is meant for servers', async () => {
    await using upstream = await startSecured({ asksForCertificate: true });
    await using gateway = await startGateway([], [route(upstream.node)]);

    expect((await gateway.get('/')).statusCode).toBe(502);
    gateway.apply({
      ...ssl(gatewayCertificate, 'server'),
      value: { ...gatewayCertificate, sni: 'a.test', type: 'server' },
    });
    expect((await gateway.get('/')).statusCode).toBe(502);
    expect(upstream.connections).toBe(0);
  });

  test('is shown, and so is the one that takes its place', async () => {
    await using upstream = await startSecured({ asksForCertificate: true });
    await using gateway = await startGateway([], [route(upstream.node), ssl(gatewayCertificate)]);

    expect((await gateway.get('/')).json()).toMatchObject({ client: 'gateway' });
    gateway.apply(ssl(authority.issue({ names: ['renewed'] })));
    expect((await gateway.get('/')).json()).toMatchObject({ client: 'renewed' });
  });
});

test('a body of a megabyte passes unchanged both ways', async () => {
  await using upstream = await startUpstream((req, res) => req.pipe(res), { ...server });
  await using gateway = await startGateway([], secured(upstream.node));
  const body = 'abcdefghij'.repeat(100_000);

  const response = await gateway.request({ method: 'POST', body });

  expect(response.body === body).toBe(true);
});

test('a request that a server without TLS would see in plain text is never sent', async () => {
  let heard = '';
  await using upstream = await startRawServer((socket) => {
    onRequestHead(socket, () => socket.end());
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  });
  await using gateway = await startGateway([], {
    ...secured(upstream.node),
    timeout: { connect: 0.2, send: 1, read: 1 },
  });

  await gateway.get('/secret-path');

  expect(heard).not.toContain('secret-path');
});
