import { describe, expect, test } from 'vitest';
import { sessionSecret, startOpenid } from './fixtures/start-openid.ts';

type House = Awaited<ReturnType<typeof startOpenid>>;

const session = (more: object) => ({ session: { secret: sessionSecret, ...more } });
const page = ({ browser, gateway }: House) => browser.ask(`${gateway.url}/page`);

describe('an access token that has ended', () => {
  const renewing = async (config: object = {}) => {
    const house = await startOpenid(config);
    house.provider.tokens = { refresh_token: 'first' };
    await house.signIn();
    house.provider.tokens = { access_token: 'renewed', refresh_token: 'second' };
    return house;
  };

  test('is renewed, once for all requests that find it so', async () => {
    await using house = await renewing();
    house.time.ms += 301_000;
    const cookie = [...house.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = await Promise.all(Array.from({ length: 16 }, () => house.gateway.get('/', { cookie })));
    expect(all.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(house.provider.asked('/token')).toBe(2);
    expect(house.upstream.requests.every(({ headers }) => headers['x-access-token'] === 'renewed')).toBe(true);
    // One that was on its way with the old session.
    expect((await house.gateway.get('/', { cookie })).statusCode).toBe(200);
    expect(house.provider.asked('/token')).toBe(2);
  });

  test('is renewed before, with the leeway that is configured', async () => {
    await using house = await renewing({ access_token_expires_leeway: 60, set_refresh_token_header: true });
    house.time.ms += 239_000;
    await page(house);
    house.time.ms += 2000;
    await page(house);
    await page(house);
    const told = house.upstream.requests.map(({ headers }) => headers['x-refresh-token']);
    expect(told).toEqual(['first', 'second', 'second']);
  });

  test('makes the browser sign in again where the provider gives no other', async () => {
    await using house = await renewing();
    house.provider.instead.set('/token', (_req, res) => res.writeHead(400).end('{"error":"invalid_grant"}'));
    house.time.ms += 301_000;
    expect((await page(house)).status).toBe(302);
  });

  test('does not while the provider is away: that would not help', async () => {
    await using house = await renewing({ access_token_expires_leeway: 60 });
    house.provider.instead.set('/token', (_req, res) => res.writeHead(500).end());
    house.time.ms += 250_000;
    expect((await page(house)).status).toBe(200);
    house.time.ms += 60_000;
    expect((await page(house)).status).toBe(500);
    house.provider.instead.clear();
    expect((await page(house)).status).toBe(200);
  });

  test.each([true, false])('is not passed on where it is not renewed, nor is one of the client: %s', async (is) => {
    await using house = await renewing({
      renew_access_token_on_expiry: false,
      access_token_in_authorization_header: is,
    });
    house.time.ms += 301_000;
    await house.browser.ask(house.gateway.url, { 'x-access-token': 'x', ...(is && { authorization: 'Bearer x' }) });
    expect(house.upstream.requests[0]?.headers).not.toHaveProperty('x-access-token');
    expect(house.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(house.upstream.requests[0]?.headers).toHaveProperty('x-id-token');
  });

  test('is not taken from a provider that names somebody else now', async () => {
    await using house = await renewing();
    house.provider.claims = { sub: 'root' };
    house.time.ms += 301_000;
    expect((await page(house)).status).toBe(302);
    expect(house.upstream.requests).toHaveLength(0);
  });
});

describe('a provider that shall be asked again', () => {
  test('is, without a word to the user; with one where it must', async () => {
    await using house = await startOpenid({ refresh_session_interval: 60 });
    await house.signIn();
    house.time.ms += 62_000;
    const address = await house.browser.sentTo(`${house.gateway.url}/page`);
    const silent = new URL(address);
    expect(silent.searchParams.get('prompt')).toBe('none');
    const back = `${house.gateway.url}/callback?error=login_required&state=${silent.searchParams.get('state')}`;
    const loud = new URL(await house.browser.sentTo(back));
    expect(loud.searchParams.has('prompt')).toBe(false);
    expect((await house.browser.ask(house.provider.approve(loud.href))).headers.get('location')).toBe('/page');
    expect((await page(house)).status).toBe(200);
  });

  test('is not while it is away, and the session goes on', async () => {
    await using house = await startOpenid({
      refresh_session_interval: 3600,
      ...session({ idling_timeout: 0, rolling_timeout: 0 }),
    });
    house.provider.tokens = { expires_in: 9000 };
    await house.signIn();
    house.time.ms += 7_300_000;
    house.provider.instead.set('/.well-known/openid-configuration', (_req, res) => res.writeHead(500).end());
    expect((await page(house)).status).toBe(200);
  });

  test('is not in the middle of what a page does', async () => {
    await using house = await startOpenid({ refresh_session_interval: 60 });
    await house.signIn();
    house.time.ms += 62_000;
    const { browser, gateway } = house;
    expect((await browser.ask(gateway.url, {}, 'POST')).status).toBe(200);
    expect((await browser.ask(gateway.url, { 'sec-fetch-dest': 'image' })).status).toBe(200);
  });
});
