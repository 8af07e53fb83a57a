import { connect } from 'node:net';
import { rawClient } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { numbered, startCached } from './fixtures/start-cached.ts';

describe('where something is wrong', () => {
  test('with the zone, answers pass uncached, and the operator is told', async () => {
    await using cached = await startCached({}, numbered(), { isBare: true });
    expect(await cached.statuses(['/'], ['/'])).toEqual(['BYPASS', 'BYPASS']);
    expect(JSON.stringify(cached.gateway.log.lines)).toContain('no such zone');
  });

  test('with an answer that breaks off, nothing is kept, and the next request asks again', async () => {
    let count = 0;
    await using cached = await startCached({}, (_req, res) => {
      count += 1;
      if (count > 1) return res.end('whole');
      res.writeHead(200, { 'content-length': '100' }).write('half');
      return setImmediate(() => res.destroy());
    });
    await expect(cached.gateway.get('/')).rejects.toThrow();
    expect((await cached.gateway.get('/')).body).toBe('whole');
    expect((await cached.gateway.get('/')).headers['apisix-cache-status']).toBe('HIT');
  });

  test('with the client that came first, another one gets the answer all the same', async () => {
    const waiting: (() => void)[] = [];
    await using cached = await startCached({}, (_req, res) => void waiting.push(() => res.end('late')));
    const first = connect(cached.gateway.port, '127.0.0.1');
    first.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(waiting).toHaveLength(1));
    const second = cached.gateway.get('/', { host: 'a' });
    first.destroy();
    await eventually(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    expect((await second).body).toBe('late');
  });
});

describe('an answer', () => {
  test('is given again without asking the upstream, with its age', async () => {
    await using cached = await startCached({}, numbered({ 'X-Own': 'yes', 'Content-Type': 'text/csv' }));
    const first = await cached.gateway.get('/a?b=c');
    cached.time.ms += 7_000;
    const second = await cached.gateway.get('/a?b=c');
    expect([first.body, second.body]).toEqual(['1 /a?b=c', '1 /a?b=c']);
    expect(first.headers).toMatchObject({ 'apisix-cache-status': 'MISS' });
    expect(second.headers).toMatchObject({
      'apisix-cache-status': 'HIT',
      'x-own': 'yes',
      'content-type': 'text/csv',
      'content-length': '8',
      age: '7',
    });
    expect(second.rawHeaders.filter((name) => name === 'Date')).toHaveLength(1);
  });

  test('is fetched anew when its time is up', async () => {
    await using cached = await startCached({ cache_ttl: 10 });
    expect(await cached.statuses(['/'], ['/'])).toEqual(['MISS', 'HIT']);
    cached.time.ms += 10_000;
    expect(await cached.statuses(['/'], ['/'])).toEqual(['EXPIRED', 'HIT']);
  });

  test('that many ask for at once is fetched once', async () => {
    const waiting: (() => void)[] = [];
    await using cached = await startCached({}, (_req, res) => void waiting.push(() => res.end('same')));
    const asking = Promise.all(Array.from({ length: 50 }, () => cached.gateway.get('/')));
    await eventually(() => expect(cached.gateway.engine.openRequests).toBe(50));
    waiting[0]?.();
    const answers = await asking;
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['same']));
    expect(cached.upstream.requests).toHaveLength(1);
  });

  test('that is for one client only makes others wait once, not again and again', async () => {
    const waiting: (() => void)[] = [];
    await using cached = await startCached({}, (_req, res) => {
      res.setHeader('Cache-Control', 'private');
      if (cached.upstream.requests.length === 1) return res.end();
      return waiting.push(() => res.end());
    });
    await cached.gateway.get('/');
    const asking = Promise.all(Array.from({ length: 10 }, () => cached.gateway.get('/')));
    await eventually(() => expect(waiting).toHaveLength(10));
    for (const answer of waiting) answer();
    await asking;
  });

  test('goes out in a stream while it is stored', async () => {
    const pieces = ['one', 'two', 'three'];
    let next: (() => void) | undefined;
    await using cached = await startCached({}, (_req, res) => {
      next = () => (pieces.length > 0 ? res.write(pieces.shift()) : res.end());
      next();
    });
    using client = await rawClient(cached.gateway.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    for (const piece of ['one', 'two', 'three']) {
      await client.until(piece);
      next?.();
    }
    await client.until('\r\n0\r\n\r\n');
    expect((await cached.gateway.get('/', { host: 'a' })).body).toBe('onetwothree');
    expect(cached.upstream.requests).toHaveLength(1);
  });

  test('with trailers keeps them', async () => {
    await using cached = await startCached({}, (_req, res) => {
      res.writeHead(200, { trailer: 'x-sum' }).write('body');
      res.addTrailers({ 'x-sum': '42' });
      res.end();
    });
    await cached.gateway.get('/', { te: 'trailers' });
    const { body, trailers } = await cached.gateway.get('/', { te: 'trailers' });
    expect([body, trailers['x-sum'], cached.upstream.requests.length]).toEqual(['body', '42', 1]);
  });

  test('to HEAD comes from what GET has stored, without its body', async () => {
    await using cached = await startCached();
    await cached.gateway.get('/');
    const { headers, body } = await cached.gateway.request({ path: '/', method: 'HEAD' });
    expect([headers['apisix-cache-status'], headers['content-length'], body]).toEqual(['HIT', '3', '']);
    expect(await cached.statuses(['/new', {}, 'HEAD'], ['/new'], ['/new'])).toEqual(['MISS', 'MISS', 'HIT']);
  });

  test('is told in full to who does not know it, and in a line to who does', async () => {
    await using cached = await startCached(
      {},
      numbered({ ETag: '"a"', 'Last-Modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }),
    );
    const first = await cached.gateway.get('/', { 'if-none-match': '"old"' });
    const known = await cached.gateway.get('/', { 'if-none-match': '"x", W/"a"' });
    const unchanged = await cached.gateway.get('/', { 'if-modified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' });
    const other = await cached.gateway.get('/', { 'if-none-match': '"b"' });
    expect([first, known, unchanged, other].map(({ statusCode }) => statusCode)).toEqual([200, 304, 304, 200]);
    expect(known.headers).toMatchObject({ etag: '"a"', 'apisix-cache-status': 'HIT' });
    expect(known.headers).not.toHaveProperty('content-length');
    expect(cached.upstream.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined]);
  });

  test('is given in parts to who asks for a part', async () => {
    await using cached = await startCached({}, (_req, res) => res.setHeader('ETag', '"a"').end('0123456789'));
    await cached.gateway.get('/');
    const ask = async (range: string, ifRange = '"a"') => {
      const { statusCode, headers, body } = await cached.gateway.get('/', { range, 'if-range': ifRange });
      return [statusCode, headers['content-range'], body];
    };
    expect(await ask('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await ask('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ask('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await ask('bytes=10-')).toEqual([416, 'bytes */10', '']);
    expect(await ask('bytes=0-1', '"b"')).toEqual([200, undefined, '0123456789']);
    expect(await ask('bytes=0-1,4-5')).toEqual([200, undefined, '0123456789']);
  });
});

describe('a purge', () => {
  test('of what is not there is a 404, and the upstream hears of neither', async () => {
    await using cached = await startCached();
    const purge = async () => (await cached.gateway.request({ path: '/a', method: 'PURGE' })).statusCode;
    expect(await purge()).toBe(404);
    await cached.gateway.get('/a');
    expect(await purge()).toBe(200);
    expect(await cached.statuses(['/a'])).toEqual(['MISS']);
    expect(cached.upstream.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('while an answer is on its way keeps that from being stored', async () => {
    const waiting: (() => void)[] = [];
    await using cached = await startCached({}, (_req, res) => void waiting.push(() => res.end('old')));
    const early = cached.gateway.get('/');
    await eventually(() => expect(waiting).toHaveLength(1));
    await cached.gateway.request({ path: '/', method: 'PURGE' });
    waiting[0]?.();
    await early;
    const late = cached.gateway.get('/');
    await eventually(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    expect((await late).headers['apisix-cache-status']).toBe('MISS');
  });

  test('takes all variants with it', async () => {
    await using cached = await startCached({}, numbered({ Vary: 'Accept-Language' }));
    const de = { 'accept-language': 'de' };
    expect(await cached.statuses(['/'], ['/', de], ['/'], ['/', de])).toEqual(['MISS', 'MISS', 'HIT', 'HIT']);
    await cached.gateway.request({ path: '/', method: 'PURGE' });
    expect(await cached.statuses(['/'], ['/', de])).toEqual(['MISS', 'MISS']);
  });
});

test('an explained request is told what is stored, and changes nothing', async () => {
  await using cached = await startCached();
  const explain = async (method: string) => {
    const request = { url: '/', method, headers: {}, client_ip: '127.0.0.1', send: false };
    return (await cached.gateway.engine.explain(request)).answer.status;
  };
  expect(await explain('GET')).toBe(200);
  expect(await cached.statuses(['/'])).toEqual(['MISS']);
  await explain('PURGE');
  expect(await cached.statuses(['/'])).toEqual(['HIT']);
});
