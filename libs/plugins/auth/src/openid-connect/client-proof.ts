import { createHmac, createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Clock } from '@sluice/plugin-kit';
import { isSecretReference } from '@sluice/schema';
import type { OpenidConfig } from './config.ts';
import { ProviderError } from './provider-error.ts';

/** Adds to a request what proves who the gateway is (RFC 6749, section 2.3; RFC 7523). */
export type ClientProof = (endpoint: string, body: URLSearchParams, headers: Headers) => void;

type Config = Pick<
  OpenidConfig,
  | 'client_id'
  | 'client_secret'
  | 'client_rsa_private_key'
  | 'client_rsa_private_key_id'
  | 'client_jwt_assertion_alg'
  | 'client_jwt_assertion_audience'
  | 'client_jwt_assertion_expires_in'
>;

/** How the gateway proves who it is by this method; without what the method needs, by the secret, or by its name alone. */
export function clientProof(method: string, config: Config, clock: Clock): ClientProof {
  const { client_id: id, client_secret: secret, client_rsa_private_key: pem } = config;
  if (method === 'private_key_jwt' && pem !== undefined)
    return byAssertion(config, clock, privateKeySigner(config, pem));
  if (secret === undefined || method === 'none') return (_endpoint, body) => body.set('client_id', id);
  if (isSecretReference(secret)) {
    return () => {
      throw new ProviderError('The secret of the client is only a reference that nothing has resolved.', false);
    };
  }
  if (method === 'client_secret_jwt') return byAssertion(config, clock, secretSigner(config, secret));
  if (method === 'client_secret_post') {
    return (_endpoint, body) => {
      body.set('client_id', id);
      body.set('client_secret', secret);
    };
  }
  const credentials = Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64');
  return (_endpoint, _body, headers) => headers.set('authorization', `Basic ${credentials}`);
}

/** As a form would encode it (RFC 6749, section 2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

interface Signer {
  readonly algorithm: string;
  sign(text: string): Buffer;
}

function byAssertion(config: Config, clock: Clock, signer: Signer): ClientProof {
  const { client_id: id, client_rsa_private_key_id: keyId } = config;
  const header = encoded({ alg: signer.algorithm, typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) });
  return (endpoint, body) => {
    const now = Math.floor(clock.now() / 1000);
    const claims = {
      iss: id,
      sub: id,
      aud: config.client_jwt_assertion_audience ?? endpoint,
      jti: randomUUID(),
      iat: now,
      exp: now + config.client_jwt_assertion_expires_in,
    };
    const text = `${header}.${encoded(claims)}`;
    body.set('client_id', id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', `${text}.${signer.sign(text).toString('base64url')}`);
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function secretSigner({ client_jwt_assertion_alg: algorithm = 'HS256' }: Config, secret: string): Signer {
  const hash = `sha${algorithm.slice(2)}`;
  return { algorithm, sign: (text) => createHmac(hash, secret).update(text).digest() };
}

const curveAlgorithms: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

function privateKeySigner(config: Config, pem: string): Signer {
  const key = readKey(pem);
  const curve = key?.asymmetricKeyDetails?.namedCurve;
  const usual = curve === undefined ? 'RS256' : (curveAlgorithms[curve] ?? 'ES256');
  const algorithm = config.client_jwt_assertion_alg ?? usual;
  return {
    algorithm,
    sign(text) {
      if (!key) throw new ProviderError('The client_rsa_private_key is no private key in PEM.', false);
      return sign(`sha${algorithm.slice(2)}`, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    },
  };
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // Said when it is needed: a reference that nothing resolved, or a text that is no key.
    return undefined;
  }
}
