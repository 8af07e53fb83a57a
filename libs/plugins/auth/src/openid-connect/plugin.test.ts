import { CookieBrowser } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { decoded, startOpenid } from './fixtures/start-openid.ts';

type House = Awaited<ReturnType<typeof startOpenid>>;

/** The address at the provider to which a page sends a browser. */
async function sentTo({ gateway, browser }: House, path = '/page'): Promise<URL> {
  return new URL(await browser.sentTo(`${gateway.url}${path}`));
}

const json = { 'content-type': 'application/json' };
const reasons = ({ gateway }: House) => JSON.stringify(gateway.log.lines);

describe('somebody without a session', () => {
  test('is sent to the provider, and the upstream never hears of it', async () => {
    await using house = await startOpenid({ scope: 'openid email', authorization_params: { prompt: 'login', max: 3 } });
    const url = await sentTo(house);
    expect(url.href.split('?')[0]).toBe(`${house.provider.url}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'sluice',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: `${house.gateway.url}/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      prompt: 'login',
      max: '3',
    });
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('is sent with a proof key and a nonce where that is wanted, and new ones each time', async () => {
    await using house = await startOpenid({ use_pkce: true, use_nonce: true });
    const [first, second] = [await sentTo(house), await sentTo(house)];
    expect(first.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'nonce', 'state']) {
      expect(first.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
  });

  test('comes back to a path below the one that was asked for, unless another is configured', async () => {
    await using house = await startOpenid({ redirect_uri: undefined });
    const url = await sentTo(house, '/page/?a=1');
    expect(url.searchParams.get('redirect_uri')).toBe(`${house.gateway.url}/page/.apisix/redirect`);
    expect((await house.browser.ask(house.provider.approve(url.href))).headers.get('location')).toBe('/page/?a=1');
  });

  test('is refused with 401 where that is wanted', async () => {
    await using house = await startOpenid({ unauth_action: 'deny' });
    expect((await house.gateway.get('/')).statusCode).toBe(401);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('passes as nobody where that is wanted, whatever it claims to be', async () => {
    await using house = await startOpenid({ unauth_action: 'pass', access_token_in_authorization_header: true });
    const claimed = { 'x-userinfo': 'root', 'x-id-token': 'x', 'x-access-token': 'x', 'x-refresh-token': 'x' };
    await house.gateway.get('/', { ...claimed, 'X-Raw-ID-Token': 'x', authorization: 'Bearer x' });
    const names = Object.keys(house.upstream.requests[0]?.headers ?? {});
    expect(names.filter((name) => /^x-(?!forwarded|real)|^authorization/.test(name))).toEqual([]);
  });
});

describe('somebody who signs in', () => {
  test('comes back to the page that was asked for, and the upstream is told who it is', async () => {
    await using house = await startOpenid({ use_pkce: true, use_nonce: true, set_raw_id_token_header: true });
    const back = await house.signIn();
    expect([back.status, back.headers.get('location')]).toEqual([302, '/page?a=1']);
    expect((await house.browser.ask(`${house.gateway.url}/page?a=1`)).status).toBe(200);

    const headers = house.upstream.requests[0]?.headers ?? {};
    expect(decoded(headers['x-userinfo'])).toEqual({ sub: 'ann', name: 'Ann' });
    expect(decoded(headers['x-id-token'])).toMatchObject({ sub: 'ann', iss: house.provider.url });
    expect(headers['x-access-token']).toMatch(/^[\w-]{36}$/);
    expect(headers['x-raw-id-token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(headers).not.toHaveProperty('x-refresh-token');
  });

  test('is asked about only once, and claims of the client are not passed on', async () => {
    await using house = await startOpenid({ access_token_in_authorization_header: true });
    await house.signIn();
    for (let at = 0; at < 3; at += 1) {
      await house.browser.ask(`${house.gateway.url}/`, { 'x-access-token': 'x', authorization: 'Bearer forged' });
    }
    expect([house.provider.asked('/token'), house.provider.asked('/userinfo')]).toEqual([1, 1]);
    for (const { headers } of house.upstream.requests) {
      expect(headers.authorization).toMatch(/^Bearer [\w-]{36}$/);
      expect(headers).not.toHaveProperty('x-access-token');
    }
  });

  test('keeps the session from the upstream, and other cookies not', async () => {
    await using house = await startOpenid();
    await house.signIn();
    house.browser.cookies.set('theme', 'dark');
    await house.browser.ask(house.gateway.url);
    expect(house.upstream.requests[0]?.headers.cookie).toBe('theme=dark');
  });

  test('may do so in several tabs at once', async () => {
    await using house = await startOpenid({ use_nonce: true });
    const addresses = [await sentTo(house, '/one'), await sentTo(house, '/two'), await sentTo(house, '/three')];
    for (const [at, address] of addresses.entries()) {
      const back = await house.browser.ask(house.provider.approve(address.href));
      expect(back.headers.get('location')).toBe(['/one', '/two', '/three'][at]);
    }
  });

  test('has a user without claims where the provider says so, in the form that it has', async () => {
    await using house = await startOpenid();
    house.provider.user = { sub: 'ann', groups: [] };
    await house.signIn();
    await house.browser.ask(house.gateway.url);
    expect(decoded(house.upstream.requests[0]?.headers['x-userinfo'])).toEqual({ sub: 'ann', groups: [] });
  });

  test('is let in without what the provider says of the user, if that is about another one', async () => {
    await using house = await startOpenid();
    house.provider.user = { sub: 'root' };
    await house.signIn();
    expect((await house.browser.ask(house.gateway.url)).status).toBe(200);
    expect(house.upstream.requests[0]?.headers).not.toHaveProperty('x-userinfo');
  });

  test('is refused where the session is not as the schema says', async () => {
    await using house = await startOpenid({ claim_schema: { type: 'object', required: ['user', 'refresh_token'] } });
    await house.signIn();
    expect((await house.browser.ask(house.gateway.url)).status).toBe(401);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test.each(['//evil.example/x', '/\\evil.example/x', '/%09/evil.example'])(
    'is never sent to another host, whatever was asked for: %s',
    async (path) => {
      await using house = await startOpenid();
      const begun = await house.gateway.get(path);
      const cookies = begun.headers['set-cookie'] ?? [];
      const back = house.provider.approve(String(begun.headers.location));
      const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
      const answer = await house.gateway.get(`${back.pathname}${back.search}`, { cookie });
      expect(answer.statusCode).toBe(302);
      expect(new URL(String(answer.headers.location), house.gateway.url).origin).toBe(house.gateway.url);
    },
  );
});

describe('a way back from the provider', () => {
  test('with a state that is not that of the sign-in begins anew, three times, and then ends', async () => {
    await using house = await startOpenid();
    let address = await sentTo(house);
    for (let at = 0; at < 3; at += 1) {
      const back = house.provider.approve(address.href);
      back.searchParams.set('state', 'guessed');
      const response = await house.browser.ask(back);
      expect(response.status).toBe(302);
      address = new URL(String(response.headers.get('location')));
      expect(address.origin).toBe(house.provider.url);
    }
    const back = house.provider.approve(address.href);
    back.searchParams.set('state', 'guessed');
    expect((await house.browser.ask(back)).status).toBe(500);
    expect(house.provider.asked('/token')).toBe(0);
  });

  test('of another browser opens nothing', async () => {
    await using house = await startOpenid();
    const back = house.provider.approve((await sentTo(house)).href);
    expect((await new CookieBrowser().ask(back)).status).toBe(500);
    expect(house.provider.asked('/token')).toBe(0);
  });

  test('is good once: the same code and state open nothing again', async () => {
    await using house = await startOpenid();
    const back = house.provider.approve((await sentTo(house)).href);
    const before = new Map(house.browser.cookies);
    expect((await house.browser.ask(back)).status).toBe(302);
    const thief = new CookieBrowser();
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect((await thief.ask(back)).status).toBe(500);
    expect(thief.cookies.has('session')).toBe(false);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['for another nonce', { nonce: 'guessed' }],
    ['for another client', { aud: 'another' }],
    ['of another issuer', { iss: 'http://evil.example' }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 3600 }],
  ])('with an ID token %s opens nothing', async (_case, claims) => {
    await using house = await startOpenid({ use_nonce: true });
    house.provider.claims = claims;
    expect((await house.signIn()).status).toBe(500);
    expect(house.browser.cookies.has('session')).toBe(false);
  });

  test('with an ID token that somebody else signed opens nothing', async () => {
    await using house = await startOpenid();
    const { provider } = house;
    await house.signIn(new CookieBrowser());
    const forged = provider.sign({ aud: 'sluice', sub: 'root', iat: 1 }).replace(/.{8}$/, 'AAAAAAAA');
    provider.tokens = { id_token: forged };
    expect((await house.signIn()).status).toBe(500);
    expect(reasons(house)).toContain('signature of the ID token');
  });

  test('with a proof key that is not that of the sign-in opens nothing', async () => {
    await using house = await startOpenid({ use_pkce: true });
    const first = await sentTo(house);
    const second = await sentTo(house);
    second.searchParams.set('code_challenge', first.searchParams.get('code_challenge') ?? '');
    expect((await house.browser.ask(house.provider.approve(second.href))).status).toBe(500);
  });

  test.each([
    ['temporarily_unavailable', 302],
    ['access_denied', 500],
    ['"><script>', 500],
  ])('with the error %s answers %d', async (error, status) => {
    await using house = await startOpenid();
    const state = (await sentTo(house)).searchParams.get('state');
    const back = `${house.gateway.url}/callback?error=${encodeURIComponent(error)}&state=${state}`;
    expect((await house.browser.ask(back)).status).toBe(status);
    expect(reasons(house)).not.toContain('<script>');
  });

  test('with an error for a sign-in that nobody began is not tried again', async () => {
    await using house = await startOpenid();
    await sentTo(house);
    const back = `${house.gateway.url}/callback?error=temporarily_unavailable&state=guessed`;
    expect((await house.browser.ask(back)).status).toBe(500);
  });

  test('by another method than GET is none', async () => {
    await using house = await startOpenid();
    const state = (await sentTo(house)).searchParams.get('state');
    const back = `${house.gateway.url}/callback?error=temporarily_unavailable&state=${state}`;
    expect((await house.browser.ask(back, {}, 'POST')).status).toBe(500);
  });
});

describe('a provider that is away', () => {
  test.each(['/.well-known/openid-configuration', '/token', '/jwks'])(
    'at %s makes sign-ins fail with 500 and a reason in the log; it is used when it is back',
    async (path) => {
      await using house = await startOpenid();
      house.provider.instead.set(path, (_req, res) => res.writeHead(503).end('{}'));
      const status = path.startsWith('/.')
        ? (await house.browser.ask(house.gateway.url)).status
        : (await house.signIn()).status;
      expect(status).toBe(500);
      expect(reasons(house)).toContain(`${path} answered 503`);
      house.provider.instead.clear();
      house.time.ms += 1000;
      expect((await house.signIn()).status).toBe(302);
    },
  );

  test('and holds its connections is not waited for beyond the timeout, however many come', async () => {
    await using house = await startOpenid({ timeout: 1 });
    house.provider.instead.set('/.well-known/openid-configuration', () => undefined);
    const answers = await Promise.all(Array.from({ length: 10 }, () => house.gateway.get('/')));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([500]));
    expect(house.provider.asked('/.well-known/openid-configuration')).toBe(1);
  });

  test('never has its secrets, codes or tokens in the log', async () => {
    await using house = await startOpenid();
    const back = house.provider.approve((await sentTo(house)).href);
    house.provider.instead.set('/token', (_req, res) => res.writeHead(400, json).end('{"error":"invalid_client"}'));
    await house.browser.ask(back);
    expect(reasons(house)).toContain('invalid_client');
    for (const secret of [back.searchParams.get('code') ?? '', 'a secret of the client', 'a secret of sessions']) {
      expect(reasons(house)).not.toContain(secret);
    }
  });
});
