import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const run = promisify(execFile);

test.each(['2026-01-15', '2040-12-31'])('OpenSSL reads and verifies a certificate that is made on %s', async (day) => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-certificate-'));
  const path = join(directory, 'certificate.pem');
  const now = new Date(day);
  await writeFile(path, selfSignedCertificate('Sluice', now).certificate);

  const atThatTime = ['-attime', String(now.getTime() / 1_000)];
  const { stdout } = await run('openssl', ['verify', '-x509_strict', ...atThatTime, '-CAfile', path, path]);
  expect(stdout).toContain('OK');
  await rm(directory, { recursive: true });
});

test('the key belongs to the certificate, and no two certificates share one', () => {
  const [one, other] = [selfSignedCertificate('Sluice'), selfSignedCertificate('Sluice')];
  const certificate = new X509Certificate(one.certificate);

  expect(certificate.subject).toBe('CN=Sluice');
  expect(certificate.checkPrivateKey(createPrivateKey(one.key))).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(other.key))).toBe(false);
});
