import { ending, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { ipRestriction } from './plugin.ts';

async function startRestricted(config: object, realIpFrom?: readonly string[]) {
  const upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'ip-restriction': config };
  const options = realIpFrom ? { realIpFrom } : {};
  const gateway = await startGateway([ipRestriction], { uri: '/*', upstream: upstream.url, plugins }, options);
  return ending(
    {
      gateway,
      upstream,
    },
    gateway,
    upstream,
  );
}

describe('a client is refused, and the upstream never hears of it,', () => {
  test.each([
    ['outside of the whitelist', { whitelist: ['10.0.0.0/8', '2001:db8::/32'] }],
    ['inside of a block of the blacklist', { blacklist: ['127.0.0.0/24'] }],
    ['at an address of the blacklist', { blacklist: ['10.0.0.1', '127.0.0.1'] }],
    ['inside of an IPv4-mapped block of the blacklist', { blacklist: ['::ffff:127.0.0.1'] }],
  ])('%s', async (_case, config) => {
    await using pair = await startRestricted(config);

    const response = await pair.gateway.get('/');

    expect([response.statusCode, response.body]).toEqual([403, '{"message":"Your IP address is not allowed"}\n']);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('with the status and the message that are configured', async () => {
    await using pair = await startRestricted({ whitelist: ['10.0.0.1'], message: 'Not "here".', response_code: 404 });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([404, '{"message":"Not \\"here\\"."}\n']);
  });

  test('whatever the client says about itself', async () => {
    await using pair = await startRestricted({ whitelist: ['10.0.0.1'] }, []);
    const { statusCode } = await pair.gateway.get('/', { 'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.1' });
    expect(statusCode).toBe(403);
  });
});

describe('a client may pass', () => {
  test.each([
    ['inside of the whitelist', { whitelist: ['10.0.0.0/8', '127.0.0.0/8'] }],
    ['everywhere, where the whole world is listed', { whitelist: ['0.0.0.0/0'] }],
    ['outside of the blacklist', { blacklist: ['10.0.0.0/8', '::1'] }],
  ])('%s', async (_case, config) => {
    await using pair = await startRestricted(config);
    expect((await pair.gateway.get('/')).body).toBe('origin');
  });
});

test.each([
  [{}, 'value should match only one schema, but matches none'],
  [{ whitelist: ['10.0.0.1'], blacklist: ['10.0.0.2'] }, 'value should match only one schema'],
  [{ whitelist: [] }, 'property "whitelist" validation failed'],
  [{ whitelist: ['10.0.0.256'] }, 'property "whitelist" validation failed'],
  [{ blacklist: ['10.0.0.0/33'] }, 'property "blacklist" validation failed'],
  [{ blacklist: ['2001:db8::/129'] }, 'invalid ip address: 2001:db8::/129'],
  [{ blacklist: ['1:2:3:4:5:6:7:8:9/64'] }, 'invalid ip address: 1:2:3:4:5:6:7:8:9/64'],
  [{ whitelist: ['10.0.0.1'], response_code: 409 }, 'property "response_code" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'ip-restriction': config } };
  await expect(startGateway([ipRestriction], route)).rejects.toThrow(message);
});
