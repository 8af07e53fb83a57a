import { startRedis } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startSmallProvider } from './fixtures/small-provider.ts';
import { sessionSecret, startOpenid } from './fixtures/start-openid.ts';

type Redis = Awaited<ReturnType<typeof startRedis>>;

/** A busy machine may take longer than the second that is usual. */
const patience = { connect_timeout: 10_000, send_timeout: 10_000, read_timeout: 10_000 };
const inRedis = ({ host, port }: Redis, more: object = {}) => ({
  session: { secret: sessionSecret, storage: 'redis', redis: { host, port, prefix: 'people', ...patience, ...more } },
});
const keysOf = async (redis: Redis) => (await redis.say('KEYS', '*')).split('\n').filter((line) => line !== '');

describe('a session in Redis', () => {
  test('is a random number in the cookie, and nothing that can be read in Redis', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid(inRedis(redis));
    house.provider.tokens = { access_token: 'x'.repeat(12_000) };
    await house.signIn();
    const cookie = house.browser.cookies.get('session') ?? '';
    expect(cookie).toMatch(/^1\.[\w-]{43}$/);
    const [key = '', ...others] = await keysOf(redis);
    expect(others).toEqual([]);
    expect(key).toMatch(/^people:[\w-]{43}$/);
    expect(key).not.toContain(cookie.slice(2));
    expect(await redis.say('GET', key)).not.toContain('ann');
    expect(Number(await redis.say('TTL', key))).toBeGreaterThan(800);
    expect((await house.browser.ask(house.gateway.url)).status).toBe(200);
    expect(house.upstream.requests[0]?.headers['x-access-token']).toHaveLength(12_000);
  });

  test('is one on all data planes', async () => {
    await using redis = await startRedis();
    await using provider = await startSmallProvider();
    await using house = await startOpenid(inRedis(redis), provider);
    await using other = await startOpenid(inRedis(redis), provider);
    await house.signIn();
    expect((await house.browser.ask(other.gateway.url)).status).toBe(200);
    await house.browser.ask(`${other.gateway.url}/logout`);
    expect(await keysOf(redis)).toEqual([]);
  });

  test('has a new number after each sign-in, whatever number the browser came with', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid(inRedis(redis));
    const fixed = `1.${'a'.repeat(43)}`;
    house.browser.cookies.set('session', fixed);
    await house.signIn();
    expect(house.browser.cookies.get('session')).not.toBe(fixed);
  });

  test('ends with the way out for whoever has a copy of the cookie', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid({ ...inRedis(redis), unauth_action: 'deny' });
    await using door = await startOpenid(inRedis(redis), house.provider);
    await door.signIn(house.browser);
    const cookie = `session=${house.browser.cookies.get('session')}`;
    expect((await house.gateway.get('/', { cookie })).statusCode).toBe(200);
    await house.gateway.get('/logout', { cookie });
    expect((await house.gateway.get('/', { cookie })).statusCode).toBe(401);
  });

  test('is not what another number says, be it moved there', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid({ ...inRedis(redis) });
    await house.signIn();
    const [key = ''] = await keysOf(redis);
    const stolen = await redis.say('GET', key);
    house.browser.cookies.clear();
    await house.signIn();
    const mine = (await keysOf(redis)).find((one) => one !== key) ?? '';
    await redis.say('SET', mine, stolen);
    expect((await house.browser.ask(house.gateway.url)).status).toBe(302);
  });

  test('is renewed in place, and does not come back where it was ended meanwhile', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid(inRedis(redis));
    house.provider.tokens = { refresh_token: 'first' };
    await house.signIn();
    house.provider.tokens = { access_token: 'renewed', refresh_token: 'second' };
    const before = house.browser.cookies.get('session');
    house.time.ms += 301_000;
    await house.browser.ask(house.gateway.url);
    await house.browser.ask(house.gateway.url);
    expect(house.browser.cookies.get('session')).toBe(before);
    expect(house.upstream.requests.map(({ headers }) => headers['x-access-token'])).toEqual(['renewed', 'renewed']);
    expect(await keysOf(redis)).toHaveLength(1);
  });

  test('cannot be had while Redis is away: 500, nobody is sent to the provider, and it is used when it is back', async () => {
    await using redis = await startRedis();
    await using house = await startOpenid(inRedis(redis));
    await house.signIn();
    await redis.kill();
    expect((await house.browser.ask(house.gateway.url)).status).toBe(500);
    await redis.restart();
    await expect.poll(async () => (await house.browser.ask(house.gateway.url)).status).toBe(302);
    await expect.poll(async () => (await house.signIn()).status).toBe(302);
    expect((await house.browser.ask(house.gateway.url)).status).toBe(200);
  });

  test('needs the password of Redis, which never is in the log', async () => {
    await using redis = await startRedis({ password: 'a-password-of-redis' });
    await using wrong = await startOpenid(inRedis(redis, { password: 'guessed-by-somebody' }));
    expect((await wrong.signIn()).status).toBe(500);
    expect(JSON.stringify(wrong.gateway.log.lines)).not.toContain('guessed-by-somebody');
    await using house = await startOpenid(inRedis(redis, { password: 'a-password-of-redis', database: 3 }));
    expect((await house.signIn()).status).toBe(302);
    expect((await house.browser.ask(house.gateway.url)).status).toBe(200);
  });
});
