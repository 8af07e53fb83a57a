import type { RequestListener } from 'node:http';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { numbered, startCached } from './fixtures/start-cached.ts';

const rfc = (config: object = {}) => ({ cache_control: true, ...config });
const freshFor = (seconds: number, more = '') => numbered({ 'Cache-Control': `max-age=${seconds}${more}` });

/** Answers 304 to who knows the tag, else what it is told. */
function validating(fields: Record<string, string>): RequestListener {
  return (req, res) => {
    res.writeHead(req.headers['if-none-match'] === '"v1"' ? 304 : 200, { ETag: '"v1"', ...fields });
    res.end('body');
  };
}

describe('a request', () => {
  test.each([
    ['no-cache', 'BYPASS'],
    ['no-store', 'BYPASS'],
    ['max-age=3', 'STALE'],
    ['min-fresh=60', 'STALE'],
    ['max-age=60', 'HIT'],
    ['max-age=soon', 'STALE'],
  ])('that says %s gets %s', async (directive, status) => {
    await using cached = await startCached(rfc(), freshFor(60));
    await cached.gateway.get('/');
    cached.time.ms += 5_000;
    expect(await cached.statuses(['/', { 'cache-control': directive }])).toEqual([status]);
  });

  test('that says Pragma: no-cache and nothing else is not answered from the cache', async () => {
    await using cached = await startCached(rfc(), freshFor(60));
    await cached.gateway.get('/');
    const both = { pragma: 'no-cache', 'cache-control': 'max-age=60' };
    expect(await cached.statuses(['/', { pragma: 'no-cache' }], ['/', both])).toEqual(['BYPASS', 'HIT']);
  });

  test('that wants what is stored or nothing gets a 504, and the upstream hears nothing', async () => {
    await using cached = await startCached(rfc(), freshFor(60));
    const ask = () => cached.gateway.get('/', { 'cache-control': 'only-if-cached' });
    expect((await ask()).statusCode).toBe(504);
    expect(cached.upstream.requests).toHaveLength(0);
    await cached.gateway.get('/');
    expect((await ask()).statusCode).toBe(200);
  });

  test('that accepts something stale gets it, unless the answer forbids it or it is too stale', async () => {
    await using cached = await startCached(rfc(), (req, res) =>
      res.setHeader('Cache-Control', `max-age=5${req.url === '/no' ? ', must-revalidate' : ''}`).end(),
    );
    await cached.statuses(['/'], ['/no']);
    cached.time.ms += 10_000;
    const stale = { 'cache-control': 'max-stale=8' };
    const tooStale = { 'cache-control': 'max-stale=2' };
    expect(await cached.statuses(['/', stale], ['/no', stale], ['/', tooStale])).toEqual(['STALE', 'EXPIRED', 'STALE']);
  });

  test('with credentials of its own is answered for itself, unless the answer says that it is for all', async () => {
    await using cached = await startCached(rfc(), (req, res) =>
      res.setHeader('Cache-Control', `max-age=60${req.url === '/all' ? ', public' : ''}`).end(),
    );
    const own = { authorization: 'Bearer x' };
    expect(await cached.statuses(['/', own], ['/', own], ['/all', own], ['/all'])).toEqual([
      'MISS',
      'MISS',
      'MISS',
      'HIT',
    ]);
  });
});

describe('an answer without freshness', () => {
  test('is not kept where nothing could validate it', async () => {
    await using cached = await startCached(rfc());
    expect(await cached.statuses(['/'], ['/'])).toEqual(['MISS', 'MISS']);
  });

  test('is used for a tenth of the time for which it has not changed', async () => {
    const changed = new Date(Date.now() - 1000_000).toUTCString();
    await using cached = await startCached(rfc(), numbered({ 'Last-Modified': changed }));
    await cached.gateway.get('/');
    cached.time.ms += 90_000;
    expect(await cached.statuses(['/'])).toEqual(['HIT']);
    cached.time.ms += 20_000;
    expect(await cached.statuses(['/'])).toEqual(['EXPIRED']);
  });
});

describe('an answer that has expired', () => {
  test('is used again when the upstream says that it holds, with what is new about it', async () => {
    let round = 0;
    await using cached = await startCached(rfc(), (req, res) => {
      round += 1;
      validating({ 'Cache-Control': 'max-age=5', 'X-Round': String(round) })(req, res);
    });
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    const validated = await cached.gateway.get('/');
    expect([validated.statusCode, validated.body, validated.headers['x-round']]).toEqual([200, 'body', '2']);
    expect(validated.headers).toMatchObject({ 'apisix-cache-status': 'REVALIDATED', 'content-length': '4' });
    const again = await cached.gateway.get('/');
    expect([again.body, again.headers['x-round'], again.headers['apisix-cache-status']]).toEqual(['body', '2', 'HIT']);
    expect(cached.upstream.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"']);
  });

  test('is forgotten when the upstream says that it holds, but must not be kept any more', async () => {
    let control = 'max-age=5';
    await using cached = await startCached(rfc(), (req, res) => validating({ 'Cache-Control': control })(req, res));
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    control = 'private';
    expect((await cached.gateway.get('/')).body).toBe('body');
    expect(await cached.statuses(['/'], ['/'])).toEqual(['MISS', 'MISS']);
  });

  test.each([
    ['GET', { 'cache-control': 'no-store' }],
    ['HEAD', { 'cache-control': 'no-store' }],
    ['GET', { 'cache-control': 'no-cache', authorization: 'Bearer x' }],
  ])('is not taken from others by what one client says: %s %j', async (method, headers) => {
    await using cached = await startCached(rfc(), validating({ 'Cache-Control': 'max-age=60' }));
    await cached.statuses(['/'], ['/', headers, method]);
    expect(await cached.statuses(['/'])).toEqual(['HIT']);
  });

  test('brings a cookie of its validation to the client that asked, and to nobody else', async () => {
    await using cached = await startCached(rfc(), (req, res) => {
      const known = req.headers['if-none-match'] !== undefined;
      validating({ 'Cache-Control': 'max-age=5', ...(known && { 'Set-Cookie': 'own=1' }) })(req, res);
    });
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    expect((await cached.gateway.get('/')).headers['set-cookie']).toEqual(['own=1']);
    const { headers } = await cached.gateway.get('/');
    expect([headers['apisix-cache-status'], headers['set-cookie']]).toEqual(['HIT', undefined]);
  });

  test('is validated for a client with conditions and ranges of its own, which are then met', async () => {
    await using cached = await startCached(rfc(), validating({ 'Cache-Control': 'max-age=5' }));
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    const part = await cached.gateway.get('/', { range: 'bytes=1-2' });
    cached.time.ms += 10_000;
    const known = await cached.gateway.get('/', { 'if-none-match': '"v1"' });
    expect([part.statusCode, part.body, known.statusCode, known.body]).toEqual([206, 'od', 304, '']);
    expect(cached.upstream.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined, undefined]);
  });

  test('is given while it is fetched anew, once', async () => {
    await using cached = await startCached(rfc(), freshFor(5, ', stale-while-revalidate=60'));
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    const stale = await cached.gateway.get('/');
    expect([stale.body, stale.headers['apisix-cache-status']]).toEqual(['1 /', 'UPDATING']);
    await eventually(async () => expect((await cached.gateway.get('/')).body).toBe('2 /'));
    expect(cached.upstream.requests).toHaveLength(2);
  });

  test.each([
    ['hangs up', ', stale-if-error=60', 'STALE'],
    ['hangs up', '', 'STALE'],
    ['hangs up', ', must-revalidate', 'EXPIRED'],
    ['says 503', ', stale-if-error=60', 'STALE'],
    ['says 503', '', 'EXPIRED'],
  ])('where the upstream %s: "%s" gives %s', async (how, more, status) => {
    await using cached = await startCached(rfc(), (_req, res) => {
      if (cached.upstream.requests.length === 1) res.setHeader('Cache-Control', `max-age=5${more}`).end('good');
      else if (how === 'hangs up') res.destroy();
      else res.writeHead(503, { 'X-Bad': 'yes' }).end('a long complaint');
    });
    await cached.gateway.get('/');
    cached.time.ms += 10_000;
    const { statusCode, body, headers } = await cached.gateway.get('/');
    expect(headers['apisix-cache-status']).toBe(status);
    if (status === 'STALE')
      expect([statusCode, body, headers['x-bad'], headers['content-length']]).toEqual([200, 'good', undefined, '4']);
    else expect([statusCode, headers['x-bad']]).toEqual(how === 'says 503' ? [503, 'yes'] : [502, undefined]);
  });
});

describe('a change', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
    'by %s makes what is stored outdated, also what it points to',
    async (method) => {
      await using cached = await startCached(rfc(), (req, res) => {
        if (req.method === 'GET') res.setHeader('Cache-Control', 'max-age=60');
        else res.setHeader('Location', '/b').setHeader('Content-Location', `http://${String(req.headers.host)}/c?d`);
        res.end();
      });
      const all: [string][] = [['/a'], ['/b'], ['/c?d'], ['/e']];
      await cached.statuses(...all);
      await cached.statuses(['/a', {}, method]);
      expect(await cached.statuses(...all)).toEqual(['MISS', 'MISS', 'MISS', 'HIT']);
    },
  );

  test('that fails, or points to another host, changes nothing there', async () => {
    await using cached = await startCached(rfc(), (req, res) => {
      res.statusCode = req.url === '/a' && req.method === 'POST' ? 409 : 200;
      res.setHeader('Cache-Control', 'max-age=60').setHeader('Location', 'http://elsewhere/b').end();
    });
    await cached.statuses(['/a'], ['/b']);
    await cached.statuses(['/a', {}, 'POST'], ['/c', {}, 'POST']);
    expect(await cached.statuses(['/a'], ['/b'])).toEqual(['HIT', 'HIT']);
  });

  test('that HEAD shows makes what is stored outdated', async () => {
    let tag = '"v1"';
    const fields = () => ({ ETag: tag, 'Cache-Control': 'max-age=60' });
    await using cached = await startCached(rfc(), (_req, res) => res.writeHead(200, fields()).end('body'));
    await cached.gateway.get('/');
    tag = '"v2"';
    await cached.gateway.request({ path: '/', method: 'HEAD', headers: { 'cache-control': 'no-cache' } });
    expect(await cached.statuses(['/'])).toEqual(['MISS']);
  });
});
