import { createPublicKey } from 'node:crypto';
import { byHmac, hs256, keysFor, signJwt } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { decoded, startBearer } from './fixtures/start-openid.ts';

type House = Awaited<ReturnType<typeof startBearer>>;

const ask = ({ gateway }: House, token: string, headers: object = {}) =>
  gateway.get('/', { authorization: `Bearer ${token}`, ...headers });
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const challenge = (description: string) =>
  `Bearer realm="apisix", error="invalid_token", error_description="${description}"`;

describe('a bearer token is refused with 401, and the upstream never hears of it,', () => {
  test.each<[string, (house: House) => string, string]>([
    ['where it is no JWT', () => 'guessed', 'the token is no JWT'],
    [
      'where another key signed it',
      () => signJwt({ iss: 'x' }, 'ES256', keysFor('ES256').signer),
      'the signature is not good',
    ],
    [
      'where it says that it is not signed',
      () => signJwt({ iss: 'x' }, 'none', () => Buffer.from('x')),
      'the token is not signed in a known way',
    ],
    [
      'where it is signed with nothing',
      ({ provider }) => provider.sign({}).replace(/[^.]*$/, ''),
      'the token is no JWT',
    ],
    [
      'where its claims were changed',
      ({ provider }) => changed(provider.sign({ sub: 'ann' })),
      'the signature is not good',
    ],
    [
      'where somebody else issued it',
      ({ provider }) => provider.sign({ iss: 'http://evil.example' }),
      'unexpected issuer',
    ],
    ['where nobody issued it', ({ provider }) => provider.sign({ iss: undefined }), 'unexpected issuer'],
    ['where it has expired', ({ provider }) => provider.sign({ exp: inSeconds(-121) }), 'JWT expired'],
    ['where its end is no number', ({ provider }) => provider.sign({ exp: 'never' }), 'JWT expired'],
    ['where it is of tomorrow', ({ provider }) => provider.sign({ nbf: inSeconds(121) }), 'JWT is not valid yet'],
    [
      'where it has an extension that nobody knows',
      ({ provider }) => provider.sign({}, { crit: ['x'] }),
      'the token is no JWT',
    ],
  ])('%s', async (_case, token, description) => {
    await using house = await startBearer();
    const response = await ask(house, token(house));
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, challenge(description)]);
    expect(house.upstream.requests).toHaveLength(0);
  });

  test('where the public key was used as the secret of an HS algorithm', async () => {
    const { pem } = keysFor('RS256');
    await using house = await startBearer({ use_jwks: false, public_key: pem });
    const token = hs256({ iss: house.provider.url, exp: inSeconds(60) }, pem);
    const response = await ask(house, token);
    expect(response.headers['www-authenticate']).toBe(challenge('the token is signed with an unexpected algorithm'));
  });

  test('where it is, even if that algorithm is expected', async () => {
    const { pem } = keysFor('RS256');
    const config = { use_jwks: false, public_key: pem, token_signing_alg_values_expected: 'HS256' };
    await using house = await startBearer(config);
    const response = await ask(house, hs256({ iss: house.provider.url, exp: inSeconds(60) }, pem));
    expect(response.headers['www-authenticate']).toBe(challenge('the signature is not good'));
  });

  test('where it is signed in another way than expected', async () => {
    await using house = await startBearer({ token_signing_alg_values_expected: 'RS256' });
    const response = await ask(house, house.provider.sign({}));
    expect(response.headers['www-authenticate']).toBe(challenge('the token is signed with an unexpected algorithm'));
  });

  test('where the secret of the client signed it', async () => {
    await using house = await startBearer();
    const token = signJwt({ iss: house.provider.url }, 'HS256', byHmac('a secret of the client'));
    expect((await ask(house, token)).statusCode).toBe(401);
  });

  test('where it has expired since it was let in', async () => {
    await using house = await startBearer({ iat_slack: 0 });
    const token = house.provider.sign({ exp: inSeconds(60) });
    expect((await ask(house, token)).statusCode).toBe(200);
    house.time.ms += 61_000;
    expect((await ask(house, token)).statusCode).toBe(401);
  });

  test('where its claims are not those of the schema', async () => {
    await using house = await startBearer({ claim_schema: { type: 'object', required: ['email'] } });
    const response = await ask(house, house.provider.sign({}));
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
    expect((await ask(house, house.provider.sign({ email: 'a@b.c' }))).statusCode).toBe(200);
  });
});

describe('a request without a usable header', () => {
  test.each([
    ['nothing', {}, 401],
    ['another scheme', { authorization: 'Basic eDp5' }, 401],
    ['one word', { authorization: 'guessed' }, 400],
  ])('that has %s is answered without a word about tokens', async (_case, headers: Record<string, string>, status) => {
    await using house = await startBearer({ realm: 'the back office' });
    const response = await house.gateway.get('/', headers);
    expect(response.statusCode).toBe(status);
    if (status === 401) expect(response.headers['www-authenticate']).toBe('Bearer realm="the back office"');
    expect(house.upstream.requests).toHaveLength(0);
  });
});

describe('a good token that is not enough is refused with 403', () => {
  test.each([
    [{ required_scopes: ['read', 'write'] }, { scope: 'read writer' }, 'required scopes read, write not present'],
    [{ claim_validator: { audience: { required: true } } }, {}, 'required audience claim not present'],
    [{ claim_validator: { audience: { match_with_client_id: true } } }, { aud: ['x', 'y'] }, 'mismatched audience'],
    [
      { claim_validator: { audience: { claim: 'for', match_with_client_id: true } } },
      { for: 'x' },
      'mismatched audience',
    ],
    [
      { claim_validator: { audience: { claim: '__proto__', required: true } } },
      {},
      'required audience claim not present',
    ],
  ])('%j for %j', async (config, claims, error) => {
    await using house = await startBearer(config);
    const token = house.provider.sign(claims);
    for (const _time of ['first', 'remembered']) {
      const response = await ask(house, token);
      expect([response.statusCode, response.json()]).toEqual([403, { error }]);
    }
  });

  test.each([
    [{ required_scopes: ['read', 'write'] }, { scope: 'write openid read' }],
    [{ claim_validator: { audience: { match_with_client_id: true, required: true } } }, { aud: ['x', 'sluice'] }],
    [{ claim_validator: { issuer: { valid_issuers: ['me'] } } }, { iss: 'me' }],
  ])('but not where it is: %j for %j', async (config, claims) => {
    await using house = await startBearer(config);
    expect((await ask(house, house.provider.sign(claims))).statusCode).toBe(200);
  });
});

describe('the upstream', () => {
  test('is told whose token it is, and nothing of what the client claims', async () => {
    await using house = await startBearer();
    const token = house.provider.sign({ sub: 'ann' });
    const claimed = { 'x-userinfo': 'root', 'x-access-token': 'x', 'x-id-token': 'x', 'x-refresh-token': 'x' };
    await ask(house, token, { ...claimed, 'x-raw-id-token': 'x' });
    const headers = house.upstream.requests[0]?.headers ?? {};
    expect(decoded(headers['x-userinfo'])).toMatchObject({ sub: 'ann' });
    expect(headers).toMatchObject({ 'x-access-token': token, authorization: `Bearer ${token}` });
    for (const name of ['x-id-token', 'x-refresh-token', 'x-raw-id-token']) expect(headers).not.toHaveProperty(name);
  });

  test('gets a token of X-Access-Token as Authorization, where that is wanted', async () => {
    await using house = await startBearer({ access_token_in_authorization_header: true, set_userinfo_header: false });
    const token = house.provider.sign({});
    await house.gateway.get('/', { 'x-access-token': token });
    const headers = house.upstream.requests[0]?.headers;
    expect(headers).toMatchObject({ authorization: `Bearer ${token}` });
    expect(headers).not.toHaveProperty('x-access-token');
    expect(headers).not.toHaveProperty('x-userinfo');
  });
});

describe('the keys of the provider', () => {
  test('are read once, and a token is verified once', async () => {
    await using house = await startBearer();
    const token = house.provider.sign({});
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(house, token)));
    expect(all.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect([house.provider.asked('/jwks'), house.provider.asked('/.well-known/openid-configuration')]).toEqual([1, 1]);
  });

  test('are read again for a token that a new key has signed, and what an old one signed is good no more', async () => {
    await using house = await startBearer();
    const old = house.provider.sign({});
    expect((await ask(house, old)).statusCode).toBe(200);
    house.provider.rotate();
    house.time.ms += 11_000;
    expect((await ask(house, house.provider.sign({}))).statusCode).toBe(200);
    expect((await ask(house, old)).statusCode).toBe(401);
  });

  test('are not read again and again for tokens that name unknown keys', async () => {
    await using house = await startBearer();
    expect((await ask(house, house.provider.sign({}))).statusCode).toBe(200);
    house.time.ms += 11_000;
    for (let at = 0; at < 20; at += 1) {
      const token = signJwt({ iss: 'x' }, 'ES256', keysFor('ES256').signer, { kid: `unknown-${at}` });
      expect((await ask(house, token)).statusCode).toBe(401);
    }
    expect(house.provider.asked('/jwks')).toBe(2);
  });

  test('are read again when they are old', async () => {
    await using house = await startBearer({ jwk_expires_in: 60 });
    const token = house.provider.sign({ exp: inSeconds(600) });
    await ask(house, token);
    house.provider.rotate();
    house.time.ms += 61_000;
    await expect.poll(async () => (await ask(house, token)).statusCode).toBe(401);
  });

  test('may have any kind, and none of them is taken for another', async () => {
    await using house = await startBearer();
    const { pem, signer } = keysFor('PS256');
    const jwk = { ...createPublicKey(pem).export({ format: 'jwk' }), kid: 'p' };
    house.provider.instead.set('/jwks', (_req, res) =>
      res.end(JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'o' }, { kty: 'new' }, 7, jwk] })),
    );
    const claims = { iss: house.provider.url, exp: inSeconds(60) };
    expect((await ask(house, signJwt(claims, 'PS256', signer, { kid: 'p' }))).statusCode).toBe(200);
    expect((await ask(house, signJwt(claims, 'ES256', signer, { kid: 'p' }))).statusCode).toBe(401);
    expect((await ask(house, hs256(claims, Buffer.from('AAAA', 'base64'), { kid: 'o' }))).statusCode).toBe(401);
  });
});

describe('a provider that is away', () => {
  test.each([
    ['/.well-known/openid-configuration', 'signature validation unavailable'],
    ['/jwks', 'signature validation unavailable'],
  ])('at %s makes tokens be refused, is not asked by each request, and is used when it is back', async (path, why) => {
    await using house = await startBearer();
    house.provider.instead.set(path, (_req, res) => res.writeHead(500).end('{}'));
    const token = house.provider.sign({});
    for (let at = 0; at < 5; at += 1) {
      expect((await ask(house, token)).headers['www-authenticate']).toBe(challenge(why));
    }
    expect(house.provider.asked(path)).toBe(1);
    house.provider.instead.clear();
    house.time.ms += 600;
    expect((await ask(house, token)).statusCode).toBe(200);
  });

  test('says so where only the issuer is unknown', async () => {
    const { pem, signer } = keysFor('ES256');
    await using house = await startBearer({ use_jwks: false, public_key: pem });
    house.provider.instead.set('/.well-known/openid-configuration', (_req, res) => res.writeHead(404).end());
    const response = await ask(house, signJwt({ iss: house.provider.url }, 'ES256', signer));
    expect(response.headers['www-authenticate']).toBe(challenge('issuer validation unavailable'));
  });

  test('and says nothing is waited for as long as the timeout says', async () => {
    await using house = await startBearer({ timeout: 1 });
    house.provider.instead.set('/jwks', () => undefined);
    expect((await ask(house, house.provider.sign({}))).statusCode).toBe(401);
  });
});

function changed(token: string): string {
  const [header, , signature] = token.split('.');
  return `${header}.${Buffer.from('{"sub":"root"}').toString('base64url')}.${signature}`;
}
