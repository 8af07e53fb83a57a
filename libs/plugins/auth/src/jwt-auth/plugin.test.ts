import { byHmac, hs256, keysFor, signJwt, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { tellClaims } from './fixtures/tell-claims.ts';
import { jwtAuth } from './plugin.ts';

const secret = 'secret of ann';
const ann = consumer('ann', { 'jwt-auth': { key: 'ann-key', secret } });
const guest = consumer('guest');
const good = hs256({ key: 'ann-key' }, secret);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const start = (config: object = {}, consumers: readonly TestResource[] = [ann, guest]) =>
  startProtected([jwtAuth], { 'jwt-auth': config }, consumers);

describe('a request is refused with 401, and the upstream never hears of it,', () => {
  const malformed = 'JWT token invalid';
  const unknown = 'Invalid user key in JWT token';
  const unverified = 'failed to verify jwt';
  const unsigned = good.slice(0, good.lastIndexOf('.') + 1);
  test.each([
    ['without a token', {}, 'Missing JWT token in request'],
    ['with an empty header', { authorization: '' }, malformed],
    ['with something else', bearer('invalid-eyJhbGciOiJIUzI1NiJ9.e30.AAAA'), malformed],
    ['with other credentials', { authorization: 'Basic Zm9vOmJhcg==' }, malformed],
    ['with a token in five parts', bearer(`${good}.a.b`), malformed],
    ['with claims that are no object', bearer(`${good.split('.')[0]}.W10.AAAA`), malformed],
    ['without a signature', bearer(unsigned), malformed],
    [
      'with an extension that must be understood',
      bearer(hs256({ key: 'ann-key' }, secret, { crit: ['x'] })),
      malformed,
    ],
    ['without the claim of the key', bearer(hs256({ iss: 'ann-key' }, secret)), 'missing user key in JWT token'],
    ['with a key that nobody has', bearer(hs256({ key: 'eve-key' }, secret)), unknown],
    ['with a key that is no text', bearer(hs256({ key: ['ann-key'] }, secret)), unknown],
    ['signed by another secret', bearer(hs256({ key: 'ann-key' }, 'guessed')), unverified],
    ['with another signature', bearer(`${unsigned}AAAA`), unverified],
    ['signed in another way', bearer(signJwt({ key: 'ann-key' }, 'HS512', byHmac(secret, 'sha512'))), unverified],
    ['that says it need not be signed', bearer(signJwt({ key: 'ann-key' }, 'none', byHmac('x'))), unverified],
    ['whose token has expired', bearer(hs256({ key: 'ann-key', exp: 1_563_870_501 }, secret)), unverified],
    ['whose expiry is no number', bearer(hs256({ key: 'ann-key', exp: '9999999999' }, secret)), unverified],
    ['whose token is not yet good', bearer(hs256({ key: 'ann-key', nbf: 9_999_999_999 }, secret)), unverified],
  ])('%s', async (_case, headers: Record<string, string>, message) => {
    await using pair = await start();

    const response = await pair.gateway.get('/', headers);

    expect([response.statusCode, response.body]).toEqual([401, `{"message":"${message}"}\n`]);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="jwt"');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('whose token is signed with the public key as if it were a secret', async () => {
    const { pem } = keysFor('RS256');
    const rs = consumer('rs', { 'jwt-auth': { key: 'rs', algorithm: 'RS256', public_key: pem } });
    await using pair = await start({}, [rs]);
    expect((await pair.gateway.get('/', bearer(hs256({ key: 'rs' }, pem)))).statusCode).toBe(401);
  });

  test('whose secret is only the name of one that nothing resolved', async () => {
    const name = '$secret://vault/1/ann/secret';
    await using pair = await start({}, [consumer('ann', { 'jwt-auth': { key: 'ann-key', secret: name } })]);
    expect((await pair.gateway.get('/', bearer(hs256({ key: 'ann-key' }, name)))).statusCode).toBe(401);
  });

  test.each(['exp', 'nbf'])('without %s where that must be there', async (claim) => {
    await using pair = await start({ claims_to_verify: [claim] });
    expect((await pair.gateway.get('/', bearer(good))).statusCode).toBe(401);
  });

  test.each([
    ['the consumer is gone', { kind: 'consumer', id: 'ann', value: null }],
    ['its secret is another one', consumer('ann', { 'jwt-auth': { key: 'ann-key', secret: 'new' } })],
    ['its key is another one', consumer('ann', { 'jwt-auth': { key: 'new', secret } })],
  ])('although the token was good before: %s', async (_case, change) => {
    await using pair = await start();
    expect((await pair.gateway.get('/', bearer(good))).statusCode).toBe(200);
    pair.gateway.apply(change);
    expect((await pair.gateway.get('/', bearer(good))).statusCode).toBe(401);
  });

  test('from the second on in which the token expires, however often it was good before', async () => {
    await using pair = await start();
    const exp = Math.floor(pair.time.ms / 1000) + 60;
    const statusOf = async () =>
      (await pair.gateway.get('/', bearer(hs256({ key: 'ann-key', exp }, secret)))).statusCode;
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    pair.time.ms = exp * 1000;
    expect(await statusOf()).toBe(401);
  });

  test('and neither answer nor log repeat the token', async () => {
    await using pair = await start();
    const response = await pair.gateway.get('/', bearer(`${unsigned}AAAA`));
    expect(response.body + JSON.stringify(pair.gateway.log.lines)).not.toContain(unsigned);
  });
});

describe('a consumer is known by a token', () => {
  test.each([
    ['in the header', {}, '/', bearer(good)],
    ['whatever the case of the scheme', {}, '/', { authorization: `bearer ${good}` }],
    ['without a scheme', {}, '/', { authorization: good }],
    ['in another header', { header: 'X-Token' }, '/', { 'x-token': good }],
    ['in the query', {}, `/?a=1&jwt=${good}`, {}],
    ['in another argument', { query: 'token' }, `/?token=${good}`, {}],
    ['in a cookie', {}, '/', { cookie: `a=1; jwt=${good}` }],
    ['in another cookie', { cookie: 'token' }, '/', { cookie: `token=${good}` }],
    ['that names it by another claim', { key_claim_name: 'iss' }, '/', bearer(hs256({ iss: 'ann-key' }, secret))],
    [
      'with all that must be there',
      { claims_to_verify: ['exp', 'nbf'] },
      '/',
      bearer(hs256({ key: 'ann-key', nbf: 1, exp: 9_999_999_999 }, secret)),
    ],
  ])('%s', async (_case, config, path, headers: Record<string, string>) => {
    await using pair = await start(config);
    expect((await pair.gateway.get(path, headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'ann' });
  });

  test.each(['HS384', 'HS512'])('signed by %s', async (algorithm) => {
    const token = signJwt({ key: 'k' }, algorithm, byHmac('s', `sha${algorithm.slice(2)}`));
    await using pair = await start({}, [consumer('ann', { 'jwt-auth': { key: 'k', secret: 's', algorithm } })]);
    expect((await pair.gateway.get('/', bearer(token))).statusCode).toBe(200);
  });

  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'signed by %s, and not by anybody else’s key',
    async (algorithm) => {
      const { pem, signer } = keysFor(algorithm);
      const other = keysFor(algorithm).signer;
      await using pair = await start({}, [consumer('ann', { 'jwt-auth': { key: 'k', algorithm, public_key: pem } })]);
      const statusOf = async (sign: typeof signer) =>
        (await pair.gateway.get('/', bearer(signJwt({ key: 'k' }, algorithm, sign)))).statusCode;
      expect([await statusOf(other), await statusOf(signer)]).toEqual([401, 200]);
    },
  );

  test('signed by the bytes whose base64 the secret is', async () => {
    const key = { key: 'ann-key', secret: 'fo4XKdZ1xSrIZyms4q2BwPrW5lMpls9qqy5tiAk2esc=', base64_secret: true };
    await using pair = await start({}, [consumer('ann', { 'jwt-auth': key })]);
    const token = hs256({ key: 'ann-key' }, Buffer.from(key.secret, 'base64'));
    expect((await pair.gateway.get('/', bearer(token))).statusCode).toBe(200);
    expect((await pair.gateway.get('/', bearer(hs256({ key: 'ann-key' }, key.secret)))).statusCode).toBe(401);
  });

  test('that is late or early by no more than the clocks may be apart', async () => {
    const lenient = consumer('ann', { 'jwt-auth': { key: 'ann-key', secret, lifetime_grace_period: 10 } });
    await using pair = await start({}, [lenient]);
    const now = Math.floor(pair.time.ms / 1000);
    const statusOf = async (claims: object) =>
      (await pair.gateway.get('/', bearer(hs256({ key: 'ann-key', ...claims }, secret)))).statusCode;
    expect([await statusOf({ exp: now - 9 }), await statusOf({ nbf: now + 9 })]).toEqual([200, 200]);
    expect([await statusOf({ exp: now - 11 }), await statusOf({ nbf: now + 12 })]).toEqual([401, 401]);
  });

  test('of a credential, which the upstream is told', async () => {
    const plugins = { 'jwt-auth': { key: 'phone', secret: 's' } };
    await using pair = await start({}, [guest, { kind: 'credential', id: 'guest/phone', value: { plugins } }]);
    await pair.gateway.get('/', bearer(hs256({ key: 'phone' }, 's')));
    const identity = { 'x-consumer-username': 'guest', 'x-credential-identifier': 'phone' };
    expect(pair.upstream.requests[0]?.headers).toMatchObject(identity);
  });
});

describe('the token on its way to the upstream', () => {
  const hiding = { hide_credentials: true };

  test('is passed on, unless it shall be hidden', async () => {
    await using pair = await start();
    await pair.gateway.get('/', bearer(good));
    expect(pair.upstream.requests[0]?.headers).toMatchObject(bearer(good));
  });

  test.each([
    ['header', '/?a=1', bearer(good), '/?a=1', undefined],
    ['query', `/?a=1&jwt=${good}`, { cookie: 'b=2' }, '/?a=1', 'b=2'],
    ['cookie', '/?a=1', { cookie: `b=2; jwt=${good}; c=3` }, '/?a=1', 'b=2; c=3'],
    ['cookie that was the only one', '/', { cookie: `jwt=${good}` }, '/', undefined],
  ])('is taken out of the %s', async (_place, path, headers: Record<string, string>, url, cookie) => {
    await using pair = await start(hiding);
    await pair.gateway.get(path, headers);
    const [request] = pair.upstream.requests;
    expect([request?.url, request?.headers.cookie, request?.headers.authorization]).toEqual([url, cookie, undefined]);
  });

  test.each([
    [true, '{"key":"ann-key"}'],
    [false, 'nothing'],
  ])('leaves its claims in a variable if they shall be kept: %s', async (isKept, claims) => {
    const plugins = { 'jwt-auth': { store_in_ctx: isKept }, 'tell-claims': {} };
    await using pair = await startProtected([jwtAuth, tellClaims], plugins, [ann]);
    expect((await pair.gateway.get('/', bearer(good))).body).toBe(claims);
  });
});

describe('the anonymous consumer', () => {
  test('must exist', async () => {
    await using pair = await start({ anonymous_consumer: 'nobody' });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Invalid user authorization"}\n']);
  });

  test.each([
    ['no token', {}],
    ['a bad token, which the upstream never sees', bearer(hs256({ key: 'ann-key' }, 'guessed'))],
  ])('stands for requests with %s', async (_case, headers: Record<string, string>) => {
    await using pair = await start({ anonymous_consumer: 'guest', hide_credentials: true });
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'guest' });
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('a configuration is refused', () => {
  test.each([
    [{ realm: '' }, 'property "realm" validation failed'],
    [{ claims_to_verify: ['iat'] }, 'property "claims_to_verify" validation failed'],
    [{ key_claim_name: '' }, 'property "key_claim_name" validation failed'],
  ])('%j', async (config, message) => {
    await expect(start(config)).rejects.toThrow(message);
  });

  const branch =
    'failed to validate dependent schema for "algorithm": value should match only one schema, but matches none';
  const secretless = 'property "secret" is required when using HS based algorithms';
  test.each([
    [{}, 'property "key" is required'],
    [{ key: '', secret: 's' }, 'property "key" validation failed: string too short, expected at least 1, got 0'],
    [{ key: 'k', secret: '' }, 'property "secret" validation failed: string too short, expected at least 1, got 0'],
    [{ key: 'k' }, secretless],
    [{ key: 'k', algorithm: 'HS384' }, secretless],
    [{ key: 'k', algorithm: 'RS256' }, branch],
    [{ key: 'k', algorithm: 'none', secret: 's' }, 'property "algorithm" validation failed'],
    [
      { key: 'k', algorithm: 'ES256', public_key: 'somekey' },
      'missing valid public key: it is not a public key in PEM',
    ],
    [
      { key: 'k', secret: '{^c0j4&]2!=J=', base64_secret: true },
      'base64_secret required but the secret is not in base64 format',
    ],
  ])('of a consumer: %j', async (config, message) => {
    await expect(start({}, [consumer('x', { 'jwt-auth': config })])).rejects.toThrow(message);
  });
});
