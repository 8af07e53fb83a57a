import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { one, plugins, quotaOf, route, start, startLimited } from './fixtures/start-limited.ts';

describe('rules', () => {
  const user = { key: '$http_x_user', count: 1, time_window: 60 };
  const tenant = { key: '${http_x_tenant}', count: 2, time_window: 30 };

  test('of which none applies are a 500, unless counting may fail', async () => {
    await using strict = await startLimited({ rules: [user] });
    await using lenient = await startLimited({ rules: [user], allow_degradation: true });
    expect(await strict.statuses(['/'])).toEqual([500]);
    expect(await lenient.statuses(['/'])).toEqual([200]);
  });

  test('must all be kept', async () => {
    await using limited = await startLimited({ rules: [user, tenant], rejected_code: 429 });
    const by = (who: string): [string, Record<string, string>] => ['/', { 'x-user': who, 'x-tenant': 't' }];
    expect(await limited.statuses(by('a'), by('a'), by('b'), by('c'))).toEqual([200, 429, 200, 429]);
  });

  test('do not apply where none of their variables has a value', async () => {
    await using limited = await startLimited({ rules: [user, tenant] });
    const { headers } = await limited.gateway.get('/', { 'x-tenant': 't' });
    expect(headers).toMatchObject({ 'x-2-ratelimit-limit': '2', 'x-2-ratelimit-remaining': '1' });
    expect(headers).not.toHaveProperty('x-1-ratelimit-limit');
  });

  test('apply with what stands in for a variable', async () => {
    await using limited = await startLimited({ rules: [{ ...user, key: '${http_x_user ?? all}' }] });
    expect(await limited.statuses(['/'], ['/'], ['/', { 'x-user': 'ann' }])).toEqual([200, 503, 200]);
  });

  test('tell their quotas apart by their prefix, or by their place', async () => {
    await using limited = await startLimited({ rules: [{ ...user, header_prefix: 'User' }, tenant] });
    const { headers, rawHeaders } = await limited.gateway.get('/', { 'x-user': 'a', 'x-tenant': 't' });
    expect(rawHeaders).toContain('X-User-RateLimit-Limit');
    expect(headers).toMatchObject({
      'x-user-ratelimit-limit': '1',
      'x-user-ratelimit-remaining': '0',
      'x-user-ratelimit-reset': '60',
      'x-2-ratelimit-limit': '2',
      'x-2-ratelimit-remaining': '1',
      'x-2-ratelimit-reset': '30',
    });
    expect(headers).not.toHaveProperty('x-ratelimit-limit');
  });
});

describe('the quota', () => {
  test('stands on every answer, under the usual names', async () => {
    await using limited = await startLimited({ ...one, count: 3 });
    const response = await limited.gateway.get('/');
    expect(quotaOf(response)).toEqual(['3', '2', '60']);
    expect(response.rawHeaders).toEqual(
      expect.arrayContaining(['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']),
    );
  });

  test('stands also on an answer that another plugin gives later', async () => {
    await using limited = await startLimited({ ...one, count: 3 }, { 'later-refusal': {} });
    const response = await limited.gateway.get('/');
    expect([response.statusCode, ...quotaOf(response)]).toEqual([418, '3', '2', '60']);
  });

  test('is kept secret where that is asked for', async () => {
    await using limited = await startLimited({ ...one, show_limit_quota_header: false });
    const [first, second] = [await limited.gateway.get('/'), await limited.gateway.get('/')];
    expect([first.statusCode, second.statusCode]).toEqual([200, 503]);
    expect([quotaOf(first), quotaOf(second)].flat()).toEqual(Array.from({ length: 6 }));
  });

  test('has the names that the metadata gives it', async () => {
    const value = { limit_header: 'X-Quota', remaining_header: 'X-Quota-Left' };
    await using limited = await start((upstream) => [
      { kind: 'plugin_metadata', id: 'limit-count', value },
      route('1', '/*', upstream, { ...one, count: 10 }),
    ]);
    const { headers } = await limited.gateway.get('/');
    expect(headers).toMatchObject({ 'x-quota': '10', 'x-quota-left': '9', 'x-ratelimit-reset': '60' });
    expect(headers).not.toHaveProperty('x-ratelimit-limit');
  });

  test('is a variable for logs', async () => {
    const seen: unknown[] = [];
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      plugins,
      { uri: '/*', upstream: upstream.url, plugins: { 'limit-count': { ...one, key: 'http_x_tenant' } } },
      { onRequestEnd: (exchange) => seen.push(JSON.parse(exchange.variable('rate_limiting_info') ?? 'null')) },
    );

    await gateway.get('/', { 'x-tenant': 'a "b"' });

    await expect.poll(() => seen).toHaveLength(1);
    expect(seen[0]).toEqual({
      rate_limiting_key: 'a "b"',
      rate_limiting_limit: 1,
      rate_limiting_remaining: 0,
      rate_limiting_reset: 60,
    });
  });
});
