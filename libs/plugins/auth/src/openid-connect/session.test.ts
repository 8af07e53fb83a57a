import { CookieBrowser } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { sessionSecret, startOpenid } from './fixtures/start-openid.ts';

type House = Awaited<ReturnType<typeof startOpenid>>;

const session = (more: object) => ({ session: { secret: sessionSecret, ...more } });
const page = ({ browser, gateway }: House) => browser.ask(`${gateway.url}/page`);
const cookieLine = ({ browser }: House, name = 'session') =>
  browser.written.find((line) => line.startsWith(`${name}=`));

describe('a cookie opens nothing', () => {
  test.each<[string, (cookie: string) => string]>([
    ['that was guessed', () => '1.AAAA'],
    ['whose bytes were changed', (cookie) => `${cookie.slice(0, -3)}AAA`],
    ['that was cut short', (cookie) => cookie.slice(0, 40)],
    ['that says that there is more of it', (cookie) => `2${cookie.slice(1)}`],
    ['that counts itself otherwise', (cookie) => `9${cookie.slice(1)}`],
    ['that is empty', () => ''],
  ])('%s', async (_case, change) => {
    await using house = await startOpenid({ unauth_action: 'deny' });
    await using other = await startOpenid({}, house.provider);
    await other.signIn(house.browser);
    house.browser.cookies.set('session', change(house.browser.cookies.get('session') ?? ''));
    expect((await page(house)).status).toBe(401);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test.each<[string, object, number]>([
    ['of a route with another secret', session({ secret: 'another secret of sessions' }), 401],
    ['of a route with another client', { client_id: 'another' }, 401],
    ['but that of a route which is the same in this', { unauth_action: 'deny', scope: 'openid email' }, 200],
  ])('%s', async (_case, config, status) => {
    await using house = await startOpenid();
    await using other = await startOpenid({ unauth_action: 'deny', ...config }, house.provider);
    await house.signIn();
    expect((await house.browser.ask(other.gateway.url)).status).toBe(status);
  });

  test('that is one of a sign-in under way', async () => {
    await using house = await startOpenid();
    await page(house);
    house.browser.cookies.set('session', house.browser.cookies.get('session_login') ?? '');
    expect((await page(house)).status).toBe(302);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('while the secret is only the name of one', async () => {
    await using house = await startOpenid(session({ secret: '$secret://vault/1/openid/secret' }));
    expect((await page(house)).status).toBe(500);
  });
});

describe('the cookie of a session', () => {
  test('is one that scripts, other sites and readers of the wire do not get', async () => {
    await using house = await startOpenid();
    await house.signIn();
    expect(cookieLine(house)).toMatch(/^session=1\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookieLine(house)).not.toContain('ann');
  });

  test('is as configured', async () => {
    const config = { cookie_name: '__Host-id', cookie_secure: true, cookie_same_site: 'None', cookie_http_only: false };
    await using house = await startOpenid(session({ ...config, cookie_path: '/p', cookie_domain: 'example.com' }));
    await house.signIn();
    expect(cookieLine(house, '__Host-id')).toMatch(/; Path=\/p; Domain=example.com; SameSite=None; Secure$/);
  });

  test.each([
    ['is sent over TLS only where the browser came by it, to a proxy that is believed', ['127.0.0.1'], true],
    ['is not, where only the client says so', undefined, false],
  ])('%s', async (_case, trustedAddresses, is) => {
    await using house = await startOpenid({}, undefined, { trustedAddresses });
    const { headers } = await house.gateway.get('/', {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
    });
    expect(String(headers['set-cookie']).includes('; Secure')).toBe(is);
    const back = new URL(String(headers.location)).searchParams.get('redirect_uri');
    expect(back).toBe(is ? 'https://shop.example/callback' : `${house.gateway.url}/callback`);
  });

  test('of which other sites get nothing is not needed on the way back from the provider', async () => {
    await using house = await startOpenid(session({ cookie_same_site: 'Strict' }));
    await house.browser.ask(`${house.gateway.url}/page`);
    expect(cookieLine(house, 'session_login')).toContain('SameSite=Lax');
    const back = await house.signIn(house.browser, '/page?a=%22&b=1');
    expect(back.status).toBe(200);
    expect(await back.text()).toContain('content="0;url=/page?a=%22&#38;b=1"');
  });

  test('is several where it is long, and those that are not needed any more are taken back', async () => {
    await using house = await startOpenid();
    house.provider.tokens = { access_token: 'x'.repeat(6000), refresh_token: 'first' };
    await house.signIn();
    expect([...house.browser.cookies.keys()]).toEqual(['session', 'session_2', 'session_3']);
    expect((await page(house)).status).toBe(200);
    expect(house.upstream.requests[0]?.headers).not.toHaveProperty('cookie');

    house.provider.tokens = {};
    house.time.ms += 301_000;
    await page(house);
    expect([...house.browser.cookies.keys()]).toEqual(['session']);
  });

  test('is none where the tokens are too long for cookies, and the log says what to do', async () => {
    await using house = await startOpenid();
    house.provider.tokens = { access_token: 'x'.repeat(20_000) };
    expect((await house.signIn()).status).toBe(500);
    expect(JSON.stringify(house.gateway.log.lines)).toContain('Keep sessions in Redis');
  });

  test('is another one after each sign-in', async () => {
    await using house = await startOpenid();
    house.browser.cookies.set('session', '1.fixed');
    await house.signIn();
    const first = house.browser.cookies.get('session');
    expect(first).not.toBe('1.fixed');
    await house.signIn(new CookieBrowser());
    house.browser.cookies.delete('session');
    await house.signIn();
    expect(house.browser.cookies.get('session')).not.toBe(first);
  });
});

describe('a session ends', () => {
  test.each<[string, object]>([
    ['when nobody has used it', { idling_timeout: 100 }],
    ['after so long, however much it is used', { absolute_timeout: 100 }],
    ['after so long, said in the older way', { cookie: { lifetime: 100 } }],
    ['when it was not renewed in time', { rolling_timeout: 100, idling_timeout: 0 }],
  ])('%s', async (_case, times) => {
    await using house = await startOpenid({ renew_access_token_on_expiry: false, ...session(times) });
    await house.signIn();
    const cookie = `session=${house.browser.cookies.get('session')}`;
    house.time.ms += 99_000;
    expect((await house.gateway.get('/', { cookie })).statusCode).toBe(200);
    house.time.ms += 2000;
    expect((await house.gateway.get('/', { cookie })).statusCode).toBe(302);
  });

  test('later where it is used', async () => {
    await using house = await startOpenid({ renew_access_token_on_expiry: false, ...session({ idling_timeout: 100 }) });
    await house.signIn();
    for (let at = 0; at < 5; at += 1) {
      house.time.ms += 60_000;
      expect((await page(house)).status).toBe(200);
    }
  });

  test('with the way out, here and at the provider', async () => {
    await using house = await startOpenid({ post_logout_redirect_uri: '/bye', revoke_tokens_on_logout: true });
    const { provider } = house;
    provider.metadata = { end_session_endpoint: `${provider.url}/end`, revocation_endpoint: `${provider.url}/revoke` };
    provider.tokens = { refresh_token: 'a refresh token' };
    await house.signIn();
    const out = new URL(await house.browser.sentTo(`${house.gateway.url}/logout`));
    expect(out.origin + out.pathname).toBe(`${provider.url}/end`);
    expect(out.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(out.searchParams.get('post_logout_redirect_uri')).toBe(`${house.gateway.url}/bye`);
    expect(provider.asked('/revoke')).toBe(2);
    expect(house.browser.cookies.has('session')).toBe(false);
    expect((await page(house)).status).toBe(302);
  });

  test.each([
    [{ post_logout_redirect_uri: 'https://example.com/bye' }, 302, 'https://example.com/bye'],
    [{}, 200, null],
  ])('with the way out at a provider that knows none: %j', async (config, status, location) => {
    await using house = await startOpenid(config);
    await house.signIn();
    const answer = await house.browser.ask(`${house.gateway.url}/logout`);
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
    expect(house.browser.cookies.has('session')).toBe(false);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('with the way out while the provider is away', async () => {
    await using house = await startOpenid({ post_logout_redirect_uri: '/bye', revoke_tokens_on_logout: true });
    house.provider.metadata = { revocation_endpoint: `${house.provider.url}/revoke` };
    await house.signIn();
    house.provider.instead.set('/revoke', (_req, res) => res.writeHead(500).end());
    expect(await house.browser.sentTo(`${house.gateway.url}/logout`)).toBe(`${house.gateway.url}/bye`);
    expect(house.browser.cookies.has('session')).toBe(false);
  });

  test('at the path that is configured, and no other', async () => {
    await using house = await startOpenid({ logout_path: '/out' });
    await house.signIn();
    await house.browser.ask(`${house.gateway.url}/logout`);
    expect(house.upstream.requests).toHaveLength(1);
    await house.browser.ask(`${house.gateway.url}/out`);
    expect(house.browser.cookies.has('session')).toBe(false);
  });
});
