import { createPublicKey } from 'node:crypto';
import { CookieBrowser, ending, keysFor } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startProtected } from '../shared/fixtures/start-protected.ts';
import { startRealProvider } from './fixtures/real-provider.ts';
import { decoded, sessionSecret } from './fixtures/start-openid.ts';
import { openidConnect } from './plugin.ts';

const clientSecret = 'a secret of the client, as long as HS256 wants it';

/** A gateway, a certified provider, and a browser for each of them. */
async function start(config: object = {}, client: object = { client_secret: clientSecret }) {
  const provider = await startRealProvider();
  const plugin = {
    discovery: provider.discovery,
    client_id: 'sluice',
    client_secret: clientSecret,
    redirect_uri: '/callback',
    scope: 'openid profile email offline_access orders',
    use_pkce: true,
    use_nonce: true,
    session: { secret: sessionSecret },
    set_refresh_token_header: true,
    ...config,
  };
  const house = await startProtected([openidConnect], { 'openid-connect': plugin });
  provider.serve(house.gateway.url, client);
  return ending({ ...house, provider, browser: new CookieBrowser() }, house, provider);
}

type House = Awaited<ReturnType<typeof start>>;

/** Follows where the gateway and the provider send a browser, until it may see a page. */
async function visit({ browser, gateway, provider }: House, path: string): Promise<Response> {
  const jars = new Map([
    [gateway.url, browser],
    [provider.url, new CookieBrowser()],
  ]);
  let url = new URL(path, gateway.url);
  for (let left = 10; left > 0; left -= 1) {
    const response = await (jars.get(url.origin) ?? browser).ask(url);
    const location = response.headers.get('location');
    if (location === null) return response;
    url = new URL(location, url);
  }
  throw new Error(`too many steps, the last one to ${url.href}`);
}

const upstreamHeaders = ({ upstream }: House) => upstream.requests.at(-1)?.headers ?? {};

describe('with a certified provider', () => {
  test('somebody signs in, and the upstream is told who it is', async () => {
    await using house = await start();
    expect((await visit(house, '/page')).status).toBe(200);
    expect(decoded(upstreamHeaders(house)['x-userinfo'])).toEqual({
      sub: 'ann',
      name: 'Ann',
      email: 'ann@example.com',
    });
    expect(decoded(upstreamHeaders(house)['x-id-token'])).toMatchObject({ sub: 'ann', aud: 'sluice' });
  });

  test('tokens are renewed once where many requests find that theirs has ended', async () => {
    await using house = await start();
    await visit(house, '/page');
    const before = upstreamHeaders(house);
    house.time.ms += 301_000;
    const cookie = [...house.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = await Promise.all(Array.from({ length: 8 }, () => house.gateway.get('/', { cookie })));
    expect(all.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 8 }, () => 200));
    const after = upstreamHeaders(house);
    expect(after['x-access-token']).not.toBe(before['x-access-token']);
    expect(after['x-refresh-token']).not.toBe(before['x-refresh-token']);
    expect(house.provider.server.requests.filter(({ url }) => url === '/token')).toHaveLength(2);
  });

  test('the way out ends the session and revokes the tokens there', async () => {
    const extras = { revoke_tokens_on_logout: true, post_logout_redirect_uri: '/bye' };
    await using house = await start(extras);
    await visit(house, '/page');
    const token = String(upstreamHeaders(house)['x-access-token']);
    const out = await house.browser.sentTo(`${house.gateway.url}/logout`);
    expect(out).toContain(`${house.provider.url}/session/end?id_token_hint=`);
    expect((await fetch(out, { redirect: 'manual' })).status).toBe(200);
    const asked = await introspected(house, token);
    expect(asked).toEqual({ active: false });
  });

  test('access tokens of programs are looked up there', async () => {
    await using house = await start();
    await visit(house, '/page');
    const token = String(upstreamHeaders(house)['x-access-token']);
    const bearer = { bearer_only: true, session: undefined, required_scopes: ['orders'] };
    const plugins = {
      'openid-connect': {
        discovery: house.provider.discovery,
        client_id: 'sluice',
        client_secret: clientSecret,
        ...bearer,
      },
    };
    await using api = await startProtected([openidConnect], plugins);
    const first = await api.gateway.get('/', { authorization: `Bearer ${token}` });
    expect(first.statusCode).toBe(200);
    expect(decoded(api.upstream.requests[0]?.headers['x-userinfo'])).toMatchObject({ active: true, sub: 'ann' });
    expect((await api.gateway.get('/', { authorization: 'Bearer guessed' })).statusCode).toBe(401);
  });

  const es256 = keysFor('ES256');
  const es256Jwk = { ...createPublicKey(es256.pem).export({ format: 'jwk' }), kid: 'client-1', use: 'sig' };

  test.each<[string, object, object]>([
    [
      'a secret in the form',
      { token_endpoint_auth_method: 'client_secret_post' },
      { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_post' },
    ],
    [
      'an assertion by the secret',
      { token_endpoint_auth_method: 'client_secret_jwt', client_jwt_assertion_alg: 'HS256' },
      { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_jwt' },
    ],
    [
      'an assertion by a key',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_rsa_private_key: es256.privatePem,
        client_rsa_private_key_id: 'client-1',
      },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [es256Jwk] } },
    ],
    [
      'nothing but its name',
      { token_endpoint_auth_method: 'none', client_secret: undefined },
      { token_endpoint_auth_method: 'none' },
    ],
    [
      'its secret, ahead of the sign-in',
      { par: { enabled: true } },
      { client_secret: clientSecret, require_pushed_authorization_requests: true },
    ],
    [
      'a key that tokens are bound to',
      {
        dpop: {
          enabled: true,
          private_key: es256.privatePem,
          public_jwk: createPublicKey(es256.pem).export({ format: 'jwk' }),
        },
      },
      { client_secret: clientSecret, dpop_bound_access_tokens: true },
    ],
  ])('the gateway is known by %s', async (_case, config, client) => {
    await using house = await start(config, client);
    expect((await visit(house, '/page')).status).toBe(200);
    expect(decoded(upstreamHeaders(house)['x-userinfo'])).toMatchObject({ name: 'Ann' });
    house.time.ms += 301_000;
    expect((await house.browser.ask(house.gateway.url)).status).toBe(200);
  });
});

async function introspected({ provider }: House, token: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`sluice:${encodeURIComponent(clientSecret).replaceAll('%20', '+')}`).toString('base64')}`;
  const body = new URLSearchParams({ token });
  const response = await fetch(`${provider.url}/token/introspection`, {
    method: 'POST',
    body,
    headers: { authorization },
  });
  return response.json();
}
