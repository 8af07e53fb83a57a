import type { TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { one, quotaOf, route, start, startLimited } from './fixtures/start-limited.ts';

describe('a request over the limit', () => {
  test('is refused with the page of a 503, and the upstream never hears of it', async () => {
    await using limited = await startLimited(one);
    await limited.gateway.get('/');

    const refused = await limited.gateway.get('/');

    expect(refused.statusCode).toBe(503);
    expect(refused.body).toContain('503 Service Temporarily Unavailable');
    expect(limited.upstream.requests).toHaveLength(1);
  });

  test('is refused with the status and the message that are configured', async () => {
    await using limited = await startLimited({ ...one, rejected_code: 429, rejected_msg: 'Slow down.' });
    await limited.gateway.get('/');
    const refused = await limited.gateway.get('/');
    expect([refused.statusCode, refused.body]).toEqual([429, '{"error_msg":"Slow down."}\n']);
  });

  test('is told that nothing is left, and when there will be', async () => {
    await using limited = await startLimited({ ...one, count: 2 });
    await limited.gateway.get('/');
    await limited.gateway.get('/');
    limited.time.ms += 12_345;
    expect(quotaOf(await limited.gateway.get('/'))).toEqual(['2', '0', '47.66']);
  });

  test('is explained as refused, and explaining counts nothing', async () => {
    await using limited = await startLimited(one);
    const statusOf = async () => {
      const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
      return (await limited.gateway.engine.explain(request)).answer.status;
    };
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    expect(await limited.statuses(['/'])).toEqual([200]);
    expect(await statusOf()).toBe(503);
  });

  test('does not count, so that the window ends when it said it would', async () => {
    await using limited = await startLimited(one);
    expect(await limited.statuses(['/'], ['/'], ['/'])).toEqual([200, 503, 503]);
    limited.time.ms += 60_000;
    expect(await limited.statuses(['/'], ['/'])).toEqual([200, 503]);
  });

  test('is refused by one of many at once, exactly', async () => {
    await using limited = await startLimited({ ...one, count: 20 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => limited.gateway.get('/')));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(20);
  });
});

describe('numbers from the request', () => {
  test.each(['', '0', '-1', '1.5', 'many', '1e999'])('must be positive and whole: "%s" is a 500', async (quota) => {
    await using limited = await startLimited({ count: '$http_x_quota', time_window: 60 });
    expect(await limited.statuses(['/', { 'x-quota': quota }])).toEqual([500]);
    expect(limited.upstream.requests).toHaveLength(0);
  });

  test('are not needed where counting may fail', async () => {
    await using limited = await startLimited({ count: '$http_x_quota', time_window: 60, allow_degradation: true });
    expect(await limited.statuses(['/'])).toEqual([200]);
  });

  test('are used, or what stands in for them', async () => {
    await using limited = await startLimited({ count: '${http_x_quota ?? 5}', time_window: '${arg_w ?? 9}' });
    expect(quotaOf(await limited.gateway.get('/?w=7', { 'x-quota': '3' }))).toEqual(['3', '2', '7']);
    limited.time.ms += 7_000;
    expect(quotaOf(await limited.gateway.get('/'))).toEqual(['5', '4', '9']);
  });
});

describe('who is counted together', () => {
  test('everybody of one address, unless something else is said', async () => {
    await using limited = await startLimited(one);
    const from = (ip: string): [string, Record<string, string>] => ['/', { 'x-real-ip': ip }];
    expect(await limited.statuses(from('9.9.9.9'), from('9.9.9.9'), from('8.8.8.8'))).toEqual([200, 503, 200]);
  });

  test('everybody with one value of a variable', async () => {
    await using limited = await startLimited({ ...one, key: 'http_x_tenant' });
    const of = (tenant: string): [string, Record<string, string>] => ['/', { 'x-tenant': tenant }];
    expect(await limited.statuses(of('a'), of('a'), of('b'))).toEqual([200, 503, 200]);
  });

  test.each([
    ['var', 'http_x_tenant'],
    ['var_combination', '$http_x_tenant $http_x_user'],
  ])('without a key of type %s, everybody of one address', async (type, key) => {
    await using limited = await startLimited({ ...one, key, key_type: type });
    expect(await limited.statuses(['/'], ['/'], ['/', { 'x-real-ip': '8.8.8.8' }])).toEqual([200, 503, 200]);
  });

  test('everybody with one combination of variables', async () => {
    await using limited = await startLimited({ ...one, key: '$http_a $http_b', key_type: 'var_combination' });
    const of = (a: string, b: string): [string, Record<string, string>] => ['/', { a, b }];
    expect(await limited.statuses(of('x', 'y'), of('x', 'y'), of('x', 'z'))).toEqual([200, 503, 200]);
  });

  test('everybody, where the key is a constant', async () => {
    await using limited = await startLimited({ ...one, key: 'remote_addr', key_type: 'constant' });
    expect(await limited.statuses(['/'], ['/', { 'x-real-ip': '8.8.8.8' }])).toEqual([200, 503]);
  });

  test('each consumer, as soon as it is known', async () => {
    const consumer = (username: string): TestResource => ({ kind: 'consumer', id: username, value: { username } });
    await using limited = await start((upstream) => [
      consumer('ann'),
      consumer('bob'),
      route('1', '/*', upstream, { ...one, key: 'consumer_name' }, { 'trusting-auth': {} }),
    ]);
    const by = (user: string): [string, Record<string, string>] => ['/', { 'x-user': user }];
    expect(await limited.statuses(by('ann'), by('ann'), by('bob'))).toEqual([200, 503, 200]);
  });

  test('a consumer that brings its own limit, over all routes', async () => {
    const own = { username: 'ann', plugins: { 'limit-count': one } };
    await using limited = await start((upstream) => [
      { kind: 'consumer', id: 'ann', value: own },
      { kind: 'route', id: 'a', value: { uri: '/a', upstream, plugins: { 'trusting-auth': {} } } },
      { kind: 'route', id: 'b', value: { uri: '/b', upstream, plugins: { 'trusting-auth': {} } } },
    ]);
    const headers = { 'x-user': 'ann' };
    expect(await limited.statuses(['/a', headers], ['/b', headers], ['/b'])).toEqual([200, 503, 200]);
  });

  test('nobody of different routes, however alike their configuration', async () => {
    await using limited = await start((upstream) => [route('a', '/a', upstream, one), route('b', '/b', upstream, one)]);
    expect(await limited.statuses(['/a'], ['/a'], ['/b'])).toEqual([200, 503, 200]);
  });

  test('everybody of a service, over its routes', async () => {
    await using limited = await start((upstream) => [
      { kind: 'service', id: 's', value: { upstream, plugins: { 'limit-count': one } } },
      { kind: 'route', id: 'a', value: { uri: '/a', service_id: 's' } },
      { kind: 'route', id: 'b', value: { uri: '/b', service_id: 's' } },
    ]);
    expect(await limited.statuses(['/a'], ['/b'])).toEqual([200, 503]);
  });

  test('everybody of a group, over the routes that name it', async () => {
    const grouped = { ...one, group: 'g' };
    await using limited = await start((upstream) => [
      route('a', '/a', upstream, grouped),
      route('b', '/b', upstream, grouped),
      route('c', '/c', upstream, { ...grouped, group: 'h' }),
    ]);
    expect(await limited.statuses(['/a'], ['/b'], ['/c'])).toEqual([200, 503, 200]);
  });

  test('nobody of one group that disagrees about the limit', async () => {
    await using limited = await start((upstream) => [
      route('a', '/a', upstream, { ...one, group: 'g' }),
      route('b', '/b', upstream, { ...one, group: 'g', count: 2 }),
    ]);
    expect(await limited.statuses(['/a'], ['/b'], ['/b'], ['/b'])).toEqual([200, 200, 200, 503]);
  });
});

describe('a change of the configuration', () => {
  test('of another part of the route gives nobody a fresh quota', async () => {
    await using limited = await startLimited(one);
    expect(await limited.statuses(['/'])).toEqual([200]);
    const { value } = route('1', '/*', limited.upstream.url, one);
    limited.gateway.apply({ kind: 'route', id: '1', value: { ...value, desc: 'changed' } });
    expect(await limited.statuses(['/'])).toEqual([503]);
  });

  test('of the limit begins anew', async () => {
    await using limited = await startLimited(one);
    expect(await limited.statuses(['/'], ['/'])).toEqual([200, 503]);
    limited.gateway.apply(route('1', '/*', limited.upstream.url, { ...one, count: 2 }));
    expect(await limited.statuses(['/'], ['/'], ['/'])).toEqual([200, 200, 503]);
  });
});

test('a sliding window gives no second quota at its turn', async () => {
  await using limited = await startLimited({ count: 4, time_window: 10, window_type: 'sliding' });
  limited.time.ms += 9_900;
  expect(await limited.statuses(['/'], ['/'], ['/'], ['/'], ['/'])).toEqual([200, 200, 200, 200, 503]);
  limited.time.ms += 200;
  expect(await limited.statuses(['/'])).toEqual([503]);
  limited.time.ms += 5_000;
  expect(await limited.statuses(['/'], ['/'], ['/'])).toEqual([200, 200, 503]);
});
