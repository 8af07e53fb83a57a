import { connect as connectHttp2 } from 'node:http2';
import { reply } from '@sluice/plugin-kit';
import { testAuthority } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { authority, get, handshake, sslFor, startTlsPair } from './fixtures/tls-pair.ts';

const clients = testAuthority('clients');
const strangers = testAuthority('strangers');
const client = clients.issue({ names: ['jack'] });
const stranger = strangers.issue({ names: ['mallory'] });

const guarded = (id: string, name: string, fields: object = {}) =>
  sslFor(id, [name], { client: { ca: clients.cert, ...fields } });

describe('a name that asks for client certificates', () => {
  test.each([
    ['none', {}],
    ['one of another authority', stranger],
    ['one that has run out', clients.issue({ names: ['late'], days: -1 })],
  ])('is not served to a client with %s', async (_what, shown) => {
    await using pair = await startTlsPair([guarded('1', 'test.com')]);

    await expect(get(pair.port, '/', { servername: 'test.com', ...shown })).rejects.toThrow();

    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('is served to a client with one of its authority', async () => {
    await using pair = await startTlsPair([guarded('1', 'test.com')]);
    expect((await get(pair.port, '/', { servername: 'test.com', ...client })).status).toBe(200);
  });

  test('counts the certificates between client and authority', async () => {
    const middle = clients.delegate('middle');
    const deep = middle.delegate('deep');
    const chained = (issuer: typeof middle, ...chain: string[]) => {
      const { cert, key } = issuer.issue({ names: ['jack'] });
      return { cert: [cert, ...chain].join(''), key };
    };
    const one = chained(middle, middle.cert);
    const two = chained(deep, deep.cert, middle.cert);
    await using pair = await startTlsPair([
      guarded('0', 'zero.com', { depth: 0 }),
      guarded('1', 'one.com'),
      guarded('2', 'two.com', { depth: 2 }),
    ]);
    const outcome = (servername: string, shown: object) =>
      get(pair.port, '/', { servername, ...shown }).then(
        ({ status }) => status,
        () => 'refused',
      );

    expect(await outcome('zero.com', client)).toBe(200);
    expect(await outcome('zero.com', one)).toBe('refused');
    expect(await outcome('one.com', one)).toBe(200);
    expect(await outcome('one.com', two)).toBe('refused');
    expect(await outcome('two.com', two)).toBe(200);
  });

  test('cannot be had by resuming a session of another name', async () => {
    await using pair = await startTlsPair([sslFor('1', ['open.com']), guarded('2', 'test.com')]);
    const open = await handshake(pair.port, { servername: 'open.com', maxVersion: 'TLSv1.2' });
    const session = open.getSession();
    open.destroy();

    await expect(get(pair.port, '/', { servername: 'test.com', maxVersion: 'TLSv1.2', session })).rejects.toThrow();
  });
});

describe('paths that need no certificate', () => {
  const skip = { skip_mtls_uri_regex: ['^/public/'] };

  test('are served without, the others are refused', async () => {
    await using pair = await startTlsPair([guarded('1', 'test.com', skip)]);
    const status = async (path: string, shown: object = {}) =>
      (await get(pair.port, path, { servername: 'test.com', ...shown })).status;

    expect(await status('/private')).toBe(400);
    expect(await status('/private', stranger)).toBe(400);
    expect(await status('/public/../private')).toBe(400);
    expect(await status('/%70ublic/a')).toBe(200);
    expect(await status('/public/a')).toBe(200);
    expect(await status('/private', client)).toBe(200);
  });
});

describe('a request for another host than that of the handshake', () => {
  test('is refused where the other host asks for a certificate', async () => {
    await using pair = await startTlsPair([sslFor('1', ['open.com']), guarded('2', 'test.com')]);

    expect((await get(pair.port, '/', { servername: 'open.com', host: 'test.com' })).status).toBe(400);
    expect((await get(pair.port, '/', { servername: 'open.com', host: 'Test.com.:443' })).status).toBe(400);
    expect((await get(pair.port, '/', { servername: 'open.com', host: 'nobody.com' })).status).toBe(200);
    expect(pair.upstream.requests).toHaveLength(1);
  });

  test('is refused also where the host is deeper than the asterisk of the one that asks', async () => {
    await using pair = await startTlsPair([sslFor('1', ['open.com']), guarded('2', '*.test.com')]);

    for (const host of ['a.test.com', 'a.b.test.com', 'a.b.c.Test.com.:443'])
      expect((await get(pair.port, '/', { servername: 'open.com', host })).status, host).toBe(400);
    expect((await get(pair.port, '/', { servername: 'x.test.com', host: 'a.b.test.com', ...client })).status).toBe(200);
  });

  test('is refused also where the asterisk of the one that asks stands for a part of a label', async () => {
    await using pair = await startTlsPair([sslFor('1', ['open.com']), guarded('2', '*shop.com')]);

    for (const host of ['shop.com', 'myshop.com', 'a.shop.com', 'a.myshop.com'])
      expect((await get(pair.port, '/', { servername: 'open.com', host })).status, host).toBe(400);
    expect((await get(pair.port, '/', { servername: 'open.com', host: 'shop.community' })).status).toBe(200);
  });

  test('is refused where the certificate was accepted for another object', async () => {
    const other = sslFor('2', ['b.com'], { client: { ca: strangers.cert } });
    await using pair = await startTlsPair([guarded('1', 'a.com'), other]);
    expect((await get(pair.port, '/', { servername: 'a.com', host: 'b.com', ...client })).status).toBe(400);
  });

  test('is refused also where a plugin makes it in the name of the client', async () => {
    const plugin = testPlugin('within', () => ({
      access: async (ctx) => {
        const host = ctx.request.arg('host') ?? '';
        const answer = await ctx.handle({ target: ctx.request.arg('path') ?? '/', headers: { host } });
        return reply(answer.status, Buffer.from((await answer.read(1000)) ?? []));
      },
    }));
    const routes = [{ kind: 'route', id: 'within', value: { uri: '/public/within', plugins: { within: {} } } }];
    const skip = { skip_mtls_uri_regex: ['^/public/'] };
    const ssl = [sslFor('1', ['open.com']), guarded('2', 'test.com', skip)];
    await using pair = await startTlsPair(ssl, {}, { plugins: [plugin], routes });
    const within = (servername: string, host: string, path: string, shown: object = {}) =>
      get(pair.port, `/public/within?host=${host}&path=${path}`, { servername, ...shown });

    expect((await within('open.com', 'test.com', '/private')).status).toBe(400);
    expect((await within('test.com', 'test.com', '/private')).status).toBe(400);
    expect((await within('test.com', 'test.com', '/public/a')).body).toBe('saw /public/a');
    expect((await within('test.com', 'test.com', '/private', client)).body).toBe('saw /private');
    expect((await within('open.com', 'open.com', '/a')).body).toBe('saw /a');
  });

  test('is sent to a connection of its own over HTTP/2 (421)', async () => {
    await using pair = await startTlsPair([sslFor('1', ['open.com']), guarded('2', 'test.com')]);
    const session = connectHttp2('https://open.com', {
      createConnection: undefined,
      ca: authority.cert,
      host: '127.0.0.1',
      port: pair.port,
      servername: 'open.com',
    } as never);
    const stream = session.request({ ':path': '/', ':authority': 'test.com' });

    const status = await new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])));

    expect(status).toBe(421);
    session.destroy();
  });

  test('also after the rule came while the connection was open', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const socket = await handshake(pair.port, { servername: 'test.com' });
    const ask = async (): Promise<string> => {
      socket.write('GET / HTTP/1.1\r\nHost: test.com\r\n\r\n');
      return new Promise((resolve) => socket.once('data', (data) => resolve(data.toString('latin1').slice(9, 12))));
    };
    expect(await ask()).toBe('200');

    pair.gateway.apply(guarded('1', 'test.com'));

    expect(await ask()).toBe('400');
    socket.destroy();
  });
});
