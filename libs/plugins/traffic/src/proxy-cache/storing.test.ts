import { describe, expect, test } from 'vitest';
import { numbered, startCached } from './fixtures/start-cached.ts';

const twice: [string][] = [['/'], ['/']];

describe('never stored is', () => {
  test.each([
    ['Set-Cookie', 'a=b'],
    ['Cache-Control', 'private'],
    ['Cache-Control', 'No-Store'],
    ['Cache-Control', 'max-age=60, no-cache'],
    ['Vary', 'Accept, *'],
    ['Content-Type', 'text/event-stream; charset=utf-8'],
  ])('an answer with %s: %s', async (name, value) => {
    await using cached = await startCached({}, numbered({ [name]: value }));
    expect(await cached.statuses(...twice)).toEqual(['MISS', 'MISS']);
  });

  test.each([201, 206, 302, 500])('an answer with a status that is not listed: %s', async (status) => {
    await using cached = await startCached({}, numbered({}, status));
    expect(await cached.statuses(...twice)).toEqual(['MISS', 'MISS']);
  });

  test('an answer whose body is too long, whether its length is told or not; it arrives whole', async () => {
    await using cached = await startCached({ max_resp_body_size: 10 }, (req, res) => {
      if (req.url === '/told') res.setHeader('Content-Length', '20');
      res.write('0123456789');
      res.end('0123456789');
    });
    expect(await cached.statuses(['/told'], ['/told'], ['/'], ['/'])).toEqual(['MISS', 'MISS', 'MISS', 'MISS']);
    expect((await cached.gateway.get('/')).body).toHaveLength(20);
  });

  test('the answer to another method', async () => {
    await using cached = await startCached();
    expect(await cached.statuses(['/', {}, 'PUT'], ['/', {}, 'PUT'], ['/'])).toEqual(['MISS', 'MISS', 'MISS']);
  });

  test('what the request says must not be', async () => {
    await using cached = await startCached({ no_cache: ['$arg_n', '$http_x_n'], cache_key: ['$uri'] });
    const off = { 'x-n': '0' };
    expect(await cached.statuses(['/?n=1'], ['/?n=1'], ['/', off], ['/', off])).toEqual([
      'MISS',
      'MISS',
      'MISS',
      'HIT',
    ]);
  });

  test('a field that belongs to one client or one connection', async () => {
    const handler = numbered({
      'X-RateLimit-Remaining': '3',
      'Proxy-Authenticate': 'Basic',
      'Keep-Alive': 'timeout=5',
    });
    await using cached = await startCached({}, handler);
    await cached.gateway.get('/');
    const { headers } = await cached.gateway.get('/');
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-ratelimit-remaining']));
    expect(headers).not.toHaveProperty('proxy-authenticate');
    expect(headers['keep-alive']).not.toBe('timeout=5');
  });

  test('what another plugin has made of an answer for somebody', async () => {
    const others = { plugins: { loud: {}, 'trusting-auth': {} } };
    await using cached = await startCached({ consumer_isolation: false }, (_req, res) => res.end('quiet'), others);
    const first = await cached.gateway.get('/', { 'x-user': 'ann' });
    const second = await cached.gateway.get('/', { 'x-user': 'bob' });
    expect([first.body, first.headers['x-for']]).toEqual(['QUIET', 'ann']);
    expect([second.body, second.headers['x-for'], second.headers['apisix-cache-status']]).toEqual([
      'QUIET',
      'bob',
      'HIT',
    ]);
  });
});

describe('apart are', () => {
  const others = { plugins: { 'trusting-auth': {} } };

  test('answers of different hosts, paths and queries', async () => {
    await using cached = await startCached();
    const other = { host: 'other' };
    expect(await cached.statuses(['/a'], ['/a', other], ['/b'], ['/a?x'])).toEqual(['MISS', 'MISS', 'MISS', 'MISS']);
  });

  test('keys whose parts would be the same when they are put together', async () => {
    await using cached = await startCached({ cache_key: ['$arg_a', '$arg_b'] });
    expect(await cached.statuses(['/?a=xy&b=z'], ['/?a=x&b=yz'], ['/?a=xyz'])).toEqual(['MISS', 'MISS', 'MISS']);
  });

  test.each(['x-user', 'x-subject', 'authorization'])('the answers of who is known by %s', async (name) => {
    await using cached = await startCached({}, numbered(), others);
    const [ann, bob] = [{ [name]: 'ann' }, { [name]: 'bob' }];
    const seen = await cached.statuses(['/', ann], ['/', bob], ['/', ann], ['/']);
    expect(seen).toEqual(['MISS', 'MISS', 'HIT', 'MISS']);
  });

  test('consumers no more, where that is not wanted', async () => {
    await using cached = await startCached({ consumer_isolation: false }, numbered(), others);
    expect(await cached.statuses(['/', { 'x-user': 'ann' }], ['/', { 'x-user': 'bob' }])).toEqual(['MISS', 'HIT']);
  });

  test('answers to POST by what was sent, and from those to GET', async () => {
    await using cached = await startCached({ cache_method: ['GET', 'POST'] }, (req, res) => req.pipe(res));
    const post = async (body: string) => {
      const answer = await cached.gateway.request({ path: '/', method: 'POST', body });
      return `${String(answer.headers['apisix-cache-status'])} ${answer.body}`;
    };
    expect([await post('a'), await post('b'), await post('a')]).toEqual(['MISS a', 'MISS b', 'HIT a']);
    expect(await cached.statuses(['/'])).toEqual(['MISS']);
    const long = 'x'.repeat(1024 * 1024 + 1);
    expect([await post(long), await post(long)]).toEqual([`BYPASS ${long}`, `BYPASS ${long}`]);
  });

  test('variants, in whatever way their field is written', async () => {
    await using cached = await startCached({}, numbered({ Vary: 'Accept, accept-encoding' }));
    const as = (accept: string): [string, Record<string, string>] => ['/', { accept }];
    expect(await cached.statuses(as('a,b'), as('a ,  b'), as('a'), ['/'])).toEqual(['MISS', 'HIT', 'MISS', 'MISS']);
  });

  test('only so many variants: then the old ones are forgotten', async () => {
    await using cached = await startCached({}, numbered({ Vary: 'X-V' }));
    const as = (value: number): [string, Record<string, string>] => ['/', { 'x-v': String(value) }];
    for (let i = 0; i < 64; i += 1) await cached.statuses(as(i));
    expect(await cached.statuses(as(0), as(63))).toEqual(['HIT', 'HIT']);
    expect(await cached.statuses(as(64), as(0))).toEqual(['MISS', 'MISS']);
  });
});

test('a bypass asks the upstream, and what it says is stored', async () => {
  await using cached = await startCached({ cache_bypass: ['$arg_fresh'], cache_key: ['$uri'] });
  expect(await cached.statuses(['/'], ['/?fresh=0'], ['/?fresh=1'])).toEqual(['MISS', 'HIT', 'BYPASS']);
  expect((await cached.gateway.get('/')).body).toBe('2 /?fresh=1');
});

test('cookies are stored where the operator says so', async () => {
  await using cached = await startCached({ cache_set_cookie: true }, numbered({ 'Set-Cookie': ['a=1', 'b=2'] }));
  await cached.gateway.get('/');
  expect((await cached.gateway.get('/')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('cache headers are hidden from clients where the operator says so, and obeyed all the same', async () => {
  const fields = { 'Cache-Control': 'max-age=5', Expires: 'Wed, 01 Jan 2020 00:00:00 GMT', 'X-Other': 'stays' };
  await using cached = await startCached({ hide_cache_headers: true, cache_control: true }, numbered(fields));
  for (const expected of ['MISS', 'HIT']) {
    const { headers } = await cached.gateway.get('/');
    expect(headers).toMatchObject({ 'apisix-cache-status': expected, 'x-other': 'stays' });
    expect([headers['cache-control'], headers.expires]).toEqual([undefined, undefined]);
  }
  cached.time.ms += 6_000;
  expect(await cached.statuses(['/'])).toEqual(['EXPIRED']);
});
