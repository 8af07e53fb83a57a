import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { startPair } from './fixtures/start-pair.ts';

describe('what a client sends reaches the upstream', () => {
  test('without the fields that concern the connection, and without those that it lists there', async () => {
    await using pair = await startPair();

    await pair.gateway.get('/', {
      connection: 'close, X-Secret-Hop',
      'x-secret-hop': '1',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'keep-alive',
      te: 'gzip',
      upgrade: 'h2c',
      'x-kept': '2',
    });

    const headers: Record<string, unknown> = pair.upstream.requests[0]?.headers ?? {};
    for (const name of ['x-secret-hop', 'keep-alive', 'proxy-connection', 'te', 'upgrade'])
      expect(headers).not.toHaveProperty(name);
    expect(headers['x-kept']).toBe('2');
  });

  test('without fields that say who a consumer is', async () => {
    await using pair = await startPair();

    await pair.gateway.get('/', {
      'X-Consumer-Username': 'root',
      'x-consumer-custom-id': '1',
      X_Consumer_Username: 'root',
      'X-Credential-Identifier': 'c',
    });

    const names = Object.keys(pair.upstream.requests[0]?.headers ?? {});
    expect(names.filter((name) => /consumer|credential/.test(name))).toEqual([]);
  });

  test('with where it came from, whatever it claims itself', async () => {
    await using pair = await startPair();

    await pair.gateway.get('/', {
      host: 'Api.Example.com:8080',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil',
      'x-forwarded-port': '1',
      forwarded: 'for=evil',
    });

    const { headers } = pair.upstream.requests[0] ?? { headers: {} };
    expect(headers).toMatchObject({
      host: 'Api.Example.com:8080',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'Api.Example.com:8080',
      'x-forwarded-port': '8080',
    });
    expect(headers).not.toHaveProperty('forwarded');
  });

  test('with spelling, order and repetition as they were', async () => {
    await using pair = await startPair();
    using client = await rawClient(pair.gateway.port);

    client.send('GET / HTTP/1.1\r\nX-b: 1\r\nhOst: a\r\nx-A: 2\r\nX-b: 3\r\n\r\n');
    await client.until('saw');

    const raw = pair.upstream.requests[0]?.rawHeaders ?? [];
    expect(raw.slice(0, 8)).toEqual(['Host', 'a', 'X-b', '1', 'x-A', '2', 'X-b', '3']);
  });

  test('with the host of an absolute target in place of that of the header', async () => {
    await using pair = await startPair();
    using client = await rawClient(pair.gateway.port);

    client.send('GET http://real.com/x HTTP/1.1\r\nHost: other.com\r\n\r\n');
    await client.until('saw /x');

    expect(pair.upstream.requests[0]?.headers.host).toBe('real.com');
  });
});

describe('whose word about the client counts', () => {
  const route = (url: string) => ({ uri: '/*', upstream: url });

  test('from a trusted proxy the forwarded fields are passed on', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route(upstream.url), { trustedAddresses: ['127.0.0.0/8'] });

    await gateway.get('/', { 'x-forwarded-proto': 'https', 'x-forwarded-for': '1.1.1.1' });

    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '1.1.1.1, 127.0.0.1',
    });
  });

  test('from anybody else even the chain of addresses is dropped', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route(upstream.url), { trustedAddresses: ['10.0.0.0/8'] });

    await gateway.get('/', { 'x-forwarded-proto': 'https', 'x-forwarded-for': '1.1.1.1' });

    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '127.0.0.1',
    });
  });

  test.each([
    ['what it takes out stays out', 'remove', undefined],
    ['what it makes empty stays out', 'clear', undefined],
    ['what it adds stands behind what the gateway says', 'append', 'a, by-plugin'],
    ['what it adds to what it has taken out stands alone', 'replace', 'by-plugin'],
  ])('a plugin may change it like any other field: %s', async (_what, change, expected) => {
    await using upstream = await startUpstream();
    const plugin = testPlugin('forwarder', () => ({
      rewrite({ request: { headers } }) {
        if (change === 'clear') headers.set('X-Forwarded-Host', '');
        if (change === 'remove' || change === 'replace') headers.remove('x-forwarded-host');
        if (change === 'append' || change === 'replace') headers.append('X-Forwarded-Host', 'by-plugin');
        return undefined;
      },
    }));
    await using gateway = await startGateway([plugin], { ...route(upstream.url), plugins: { forwarder: {} } });

    await gateway.get('/', { host: 'a' });

    const headers = upstream.requests[0]?.headers;
    expect(headers?.['x-forwarded-host']).toBe(expected);
    expect(headers?.['x-forwarded-proto']).toBe('http');
  });

  test('a copy for somebody else tells the same', async () => {
    await using upstream = await startUpstream();
    await using other = await startUpstream();
    const plugin = testPlugin('forwarder', (_config, kit) => {
      const target = kit.upstream({ nodes: { [other.node]: 1 } });
      return {
        async access(ctx) {
          ctx.request.headers.remove('X-Forwarded-Host');
          ctx.request.headers.set('X-Forwarded-For', '7.7.7.7');
          const answer = await ctx.send({ upstream: target });
          answer.discard();
          return undefined;
        },
      };
    });
    await using gateway = await startGateway([plugin], { ...route(upstream.url), plugins: { forwarder: {} } });

    await gateway.get('/');

    const told = [upstream, other].map(({ requests }) => requests[0]?.headers);
    expect(told.map((headers) => headers?.['x-forwarded-for'])).toEqual(['7.7.7.7, 127.0.0.1', '7.7.7.7, 127.0.0.1']);
    expect(told.map((headers) => headers?.['x-forwarded-host'])).toEqual([undefined, undefined]);
  });

  test('a plugin has the last word, whoever the client is and whatever it claims', async () => {
    await using upstream = await startUpstream();
    const fields = { 'X-Forwarded-For': '7.7.7.7', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '8443' };
    const plugin = testPlugin('forwarder', () => ({
      rewrite({ request }) {
        for (const [name, value] of Object.entries(fields)) request.headers.set(name, value);
        return undefined;
      },
    }));
    await using gateway = await startGateway(
      [plugin],
      { ...route(upstream.url), plugins: { forwarder: {} } },
      { trustedAddresses: ['10.0.0.0/8'] },
    );

    await gateway.get('/', { host: 'a', 'x-forwarded-for': '1.1.1.1', 'x-forwarded-proto': 'http' });

    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-forwarded-for': '7.7.7.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'a',
      'x-forwarded-port': '8443',
    });
  });

  test('a local proxy may name the client, and only by an address', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], { ...route(upstream.url), remote_addr: '9.9.9.0/24' });

    expect((await gateway.get('/', { 'x-real-ip': '9.9.9.9' })).statusCode).toBe(200);
    expect((await gateway.get('/', { 'x-real-ip': 'nonsense' })).statusCode).toBe(404);
    expect((await gateway.get('/')).statusCode).toBe(404);
  });
});
