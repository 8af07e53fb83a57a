import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '@sluice/settings';
import { testAuthority } from '@sluice/testing';
import { expect, onTestFinished, test } from 'vitest';
import { dataPlaneSettings } from './settings.ts';
import { upstreamOptions } from './upstreams.ts';

const optionsOf = (env: Record<string, string>) => upstreamOptions(loadSettings(dataPlaneSettings, { env }));

test.each([
  ['a file that is not there', null, 'cannot be read'],
  ['a file without a certificate', 'nothing', 'there is no certificate'],
])('%s is named at start', async (_what, content, problem) => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-trust-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'ca.pem');
  if (content !== null) await writeFile(path, content);

  expect(() => optionsOf({ SLUICE_SSL_TRUSTED_CERTIFICATE: path })).toThrow(`SLUICE_SSL_TRUSTED_CERTIFICATE: `);
  expect(() => optionsOf({ SLUICE_SSL_TRUSTED_CERTIFICATE: path })).toThrow(problem);
});

test('all certificates of a file are trusted, and without one those of the machine', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-trust-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'ca.pem');
  await writeFile(path, `# first\n${testAuthority().cert}# second\n${testAuthority().cert}`);

  expect(optionsOf({ SLUICE_SSL_TRUSTED_CERTIFICATE: path }).trustedCertificates).toHaveLength(2);
  expect(optionsOf({}).trustedCertificates).toBeUndefined();
});

test('name servers are addresses', () => {
  const env = { SLUICE_DNS_RESOLVER: '10.0.0.2,[::1]:5353', SLUICE_DNS_RESOLVER_VALID: '30' };

  expect(optionsOf(env).dns).toMatchObject({ servers: ['10.0.0.2', '[::1]:5353'], validSeconds: 30 });
  expect(() => optionsOf({ SLUICE_DNS_RESOLVER: 'dns.example.com' })).toThrow('SLUICE_DNS_RESOLVER');
});
