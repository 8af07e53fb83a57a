import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { testAuthority } from '@sluice/testing';
import { expect, test } from 'vitest';
import { validityOf } from './certificate-validity.ts';

/** Beyond 2049 times have four digits for the year (RFC 5280, 4.1.2.5). */
function ofNextCentury(): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '/dev/null'];
  const args = ['req', '-x509', ...key, '-days', '40000', '-subj', '/CN=late'];
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

test.each([
  ['of an ECDSA key', () => testAuthority().issue({ names: ['a.example'] }).cert],
  ['of an RSA key', () => testAuthority().issue({ names: ['a.example'], isRsa: true }).cert],
  ['that has run out', () => testAuthority().issue({ names: ['a.example'], days: -1 }).cert],
  ['with a chain behind it', () => `${testAuthority().issue({ names: ['a'], days: 3 }).cert}\n${testAuthority().cert}`],
  ['of the next century', ofNextCentury],
])('the validity of a certificate %s is read', (_name, make) => {
  const pem = make();
  const { validFromDate: from, validToDate: until } = new X509Certificate(pem);

  expect(validityOf(pem)).toEqual({ from, until });
});

test.each([
  ['a reference', '$secret://vault/1/cert/pem'],
  ['nothing in it', '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----'],
  ['something else in it', `-----BEGIN CERTIFICATE-----\n${btoa('hello')}\n-----END CERTIFICATE-----`],
  ['half of it', testAuthority().cert.replace(/.{200}\n?-----END/s, '-----END')],
])('a text that is no certificate has no validity: %s', (_name, pem) => {
  expect(validityOf(pem)).toBeUndefined();
});
