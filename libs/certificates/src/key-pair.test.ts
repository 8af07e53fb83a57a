import { generateKeyPairSync } from 'node:crypto';
import { testAuthority } from '@sluice/testing';
import { expect, test } from 'vitest';
import { certificatesIn, checkCertificates, checkKeyPair, checkPublicKey, publicJwkOf } from './key-pair.ts';

const authority = testAuthority();
const pair = authority.issue({ names: ['a.com'] });

test('a key behind a passphrase is refused, since nobody could be asked for it', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sealed = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  expect(checkKeyPair(pair.cert, String(sealed))).toBe('failed to parse key: PEM_read_bio_PrivateKey() failed');
});

test('a certificate that is cut off is refused', () => {
  expect(checkCertificates(pair.cert.slice(0, 300))).toMatch(/^failed to parse cert/);
  expect(checkCertificates(pair.cert.split('\n').toSpliced(3, 2).join('\n'))).toMatch(/^failed to parse cert/);
});

test('the key is that of the first certificate of a chain', () => {
  expect(checkKeyPair(pair.cert + authority.cert, pair.key)).toBeUndefined();
  expect(checkKeyPair(authority.cert + pair.cert, pair.key)).toMatch(/does not belong/);
});

test('all certificates of a text are read, whatever stands between them', () => {
  expect(certificatesIn(`# mine\n${pair.cert}\nits authority:\n${authority.cert}`)).toHaveLength(2);
});

test('a public key can be read, also as the half of a private one, and nothing else can', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  expect(checkPublicKey(String(publicKey.export({ type: 'spki', format: 'pem' })))).toBeUndefined();
  expect(checkPublicKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))).toBeUndefined();
  expect(checkPublicKey('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')).toBe(
    'it is not a public key in PEM',
  );
});

test('the public half of a private key is told as a JWK, without anything of the private one', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const half = publicJwkOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  expect(half).toEqual(publicKey.export({ format: 'jwk' }));
  expect(half).not.toHaveProperty('d');
});

test('what has no private key in it has no half to tell', () => {
  const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024 });
  expect(publicJwkOf(String(publicKey.export({ type: 'spki', format: 'pem' })))).toBe('public');
  expect(publicJwkOf('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).toBeNull();
  // A kind of key that JWKs do not know.
  expect(publicJwkOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))).toBeNull();
});
