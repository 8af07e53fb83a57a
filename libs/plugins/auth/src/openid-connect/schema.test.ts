import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { startGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { openidConnect } from './plugin.ts';

const session = { secret: 'a secret of sessions, in tests' };
const usual = {
  client_id: 'a',
  client_secret: 'b',
  discovery: 'https://example.com/.well-known/openid-configuration',
  session,
};
const bearer = { client_id: 'a', discovery: usual.discovery, bearer_only: true };

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject) => String(key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }));
const jwk = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ format: 'jwk' });
const dpop = (more: object) => ({ ...usual, dpop: { enabled: true, private_key: pem(p256.privateKey), ...more } });

async function problemOf(config: object): Promise<string | undefined> {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'openid-connect': config } };
  try {
    await using _gateway = await startGateway([openidConnect], route);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe('a configuration is refused', () => {
  test.each<[object, string]>([
    [{ client_secret: 'b', discovery: 'c', session }, 'property "client_id" is required'],
    [{ ...usual, client_id: 1 }, 'property "client_id" validation failed: wrong type: expected string, got number'],
    [{ ...usual, session: undefined }, 'property "session.secret" is required when "bearer_only" is false'],
    [
      { ...usual, session: { secret: 'short' } },
      'property "session" validation failed: property "secret" validation failed',
    ],
    [
      { ...usual, session: { ...session, storage: 'redis' } },
      'property "session" validation failed: then clause did not match',
    ],
    [
      { ...usual, session: { ...session, unknown: 1 } },
      'property "session" validation failed: additional properties forbidden, found unknown',
    ],
    [{ ...usual, client_secret: undefined }, 'property "client_secret" is required'],
    [bearer, 'property "client_secret" is required'],
    [{ ...bearer, token_endpoint_auth_method: 'private_key_jwt' }, 'property "client_secret" is required'],
    [{ ...usual, use_dpop: true }, 'property "use_dpop" is not allowed, use "dpop.enabled" instead'],
    [{ ...usual, pushed_authorization_request_endpoint: 'x' }, 'is not allowed, use "par.endpoint" instead'],
    [{ ...usual, accept_none_alg: true }, 'property "accept_none_alg" validation failed'],
    [{ ...usual, force_reauthorize: true }, 'property "force_reauthorize" validation failed'],
    [{ ...usual, token_signing_alg_values_expected: 'RS256 none' }, '"none" is no algorithm that signs'],
    [{ ...usual, token_endpoint_auth_method: 'magic' }, 'property "token_endpoint_auth_method" validation failed'],
    [{ ...usual, redirect_uri: 'javascript:alert(1)' }, 'property "redirect_uri" validation failed'],
    [{ ...usual, redirect_uri: '//evil.example/' }, 'property "redirect_uri" validation failed'],
    [{ ...usual, post_logout_redirect_uri: 'bye' }, 'property "post_logout_redirect_uri" validation failed'],
    [{ ...usual, logout_path: 'logout' }, 'property "logout_path" validation failed'],
    [{ ...usual, realm: 'a "quoted" one' }, 'property "realm" validation failed'],
    [{ ...usual, authorization_params: { state: 'x' } }, '"state" is what the gateway itself says'],
    [{ ...usual, authorization_params: { claims: {} } }, '"claims" is no text'],
    [{ ...usual, introspection_addon_headers: ['a b'] }, 'property "introspection_addon_headers" validation failed'],
    [{ ...usual, iat_slack: -1 }, 'property "iat_slack" validation failed: expected at least 0'],
    [{ ...usual, timeout: 0 }, 'property "timeout" validation failed'],
    [{ ...usual, proxy_opts: { http_proxy: 'proxy:1' } }, 'property "proxy_opts.http_proxy" validation failed'],
    [
      { ...usual, proxy_opts: { https_proxy_authorization: 'Bearer x' } },
      'property "proxy_opts.https_proxy_authorization"',
    ],
    [{ ...usual, session: { ...session, cookie_name: 'a b' } }, 'property "session.cookie_name" validation failed'],
    [{ ...usual, session: { ...session, cookie_path: '/;x' } }, 'property "session.cookie_path" validation failed'],
    [{ ...usual, session: { ...session, cookie_domain: 'a;b' } }, 'property "session.cookie_domain" validation failed'],
    [{ ...usual, session: { ...session, idling_timeout: -1 } }, 'property "session.idling_timeout" validation failed'],
    [
      { ...usual, session: { ...session, cookie_same_site: 'None', cookie_secure: false } },
      'property "session.cookie_secure"',
    ],
    [
      { ...usual, claim_schema: { type: 'invalid_type' } },
      'check claim_schema failed: property "claim_schema" is no JSON schema: invalid JSON type: invalid_type',
    ],
    [{ ...usual, claim_validator: { issuer: { valid_issuers: 1 } } }, 'property "claim_validator" validation failed'],
    [dpop({ public_jwk: undefined }), 'property "dpop" validation failed: then clause did not match'],
    [
      dpop({ public_jwk: { kty: 'EC', d: 'x' } }),
      'property "dpop" validation failed: property "public_jwk" validation failed',
    ],
    [dpop({ public_jwk: { kty: 'OKP', x: 'x' } }), 'kty "OKP" is not supported'],
    [dpop({ public_jwk: { kty: 'EC' } }), 'property "dpop.public_jwk" validation failed: kty "EC" requires crv, x, y'],
    [dpop({ public_jwk: { kty: 'EC', crv: 'P-256', x: 1, y: 'y' } }), '"x" must be a non-empty string'],
    [dpop({ public_jwk: jwk(p256), signing_alg: 'PS256' }), '"PS256" requires an RSA "dpop.public_jwk"'],
    [dpop({ public_jwk: jwk(rsa) }), '"ES256" requires an EC "dpop.public_jwk"'],
    [dpop({ public_jwk: jwk(p384) }), '"ES256" requires "dpop.public_jwk" crv "P-256", got "P-384"'],
    [dpop({ public_jwk: jwk(p256), private_key: 'k' }), 'property "dpop.private_key" is not a valid key'],
    [
      dpop({ public_jwk: jwk(p256), private_key: pem(p256.publicKey) }),
      'property "dpop.private_key" has no private key in it',
    ],
    [dpop({ public_jwk: { ...jwk(p256), x: 'other' } }), 'is not the public key of "dpop.private_key": x'],
    [
      { ...usual, token_endpoint_auth_method: 'private_key_jwt', client_jwt_assertion_alg: 'HS256' },
      '"HS256" is symmetric and cannot be used with the private_key_jwt selected by "token_endpoint_auth_method"',
    ],
    [
      {
        ...usual,
        token_endpoint_auth_method: 'private_key_jwt',
        client_jwt_assertion_alg: 'ES256',
        client_rsa_private_key: pem(rsa.privateKey),
      },
      'property "client_jwt_assertion_alg" "ES256" requires an EC "client_rsa_private_key"',
    ],
    [
      { ...usual, par: { enabled: true, endpoint_auth_method: 'private_key_jwt' } },
      'property "par.endpoint_auth_method" "private_key_jwt" requires "client_rsa_private_key" when "par.enabled" is true',
    ],
  ])('%j', async (config, problem) => {
    expect(await problemOf(config)).toContain(problem);
  });
});

test.each<[object]>([
  [usual],
  [{ ...bearer, use_jwks: true }],
  [{ ...bearer, public_key: 'k' }],
  [{ ...usual, client_secret: undefined, use_pkce: true }],
  [{ ...bearer, introspection_endpoint_auth_method: 'private_key_jwt', client_rsa_private_key: pem(rsa.privateKey) }],
  [dpop({ public_jwk: jwk(p256) })],
  [{ ...usual, dpop: { private_key: 'staged', public_jwk: { kty: 'RSA' } } }],
  [{ ...usual, client_secret: '$env://SECRET', session: { secret: '$secret://vault/1/openid/secret' } }],
])('a configuration that can work is taken: %j', async (config) => {
  expect(await problemOf(config)).toBeUndefined();
});
