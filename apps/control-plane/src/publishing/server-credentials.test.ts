import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeySha256 } from '@sluice/sync/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { serverIdentity } from './server-credentials.ts';

const generated = selfSignedCertificate('generated');
const own = selfSignedCertificate('own');
let directory: string;

const identityWith = (env: Record<string, string>) => serverIdentity(readSettings(env), async () => generated);
const file = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-credentials-'));
  writeFileSync(file('own.pem'), own.certificate);
  writeFileSync(file('own.key'), own.key);
  writeFileSync(file('other.key'), generated.key);
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each(['0.0.0.0', '::', '192.0.2.1', 'gateway.example'])(
  'plain streams are refused on %s, by name',
  async (host) => {
    await expect(identityWith({ SLUICE_HOST: host })).rejects.toThrow(StartError);
    await expect(identityWith({ SLUICE_HOST: host })).rejects.toThrow(/^SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: /);
  },
);

test('half of a pair, and an authority without TLS, are refused instead of being ignored', async () => {
  await expect(identityWith({ SLUICE_GRPC_TLS_CERT: file('own.pem') })).rejects.toThrow(/one is of no use/);
  await expect(identityWith({ SLUICE_GRPC_TLS_CA: file('own.pem') })).rejects.toThrow(/^SLUICE_GRPC_TLS_CA: /);
});

test('a file that cannot be read is named with its setting', async () => {
  const pair = { SLUICE_GRPC_TLS_CERT: '/nowhere/cert.pem', SLUICE_GRPC_TLS_KEY: '/nowhere/key.pem' };
  await expect(identityWith(pair)).rejects.toThrow('SLUICE_GRPC_TLS_CERT: /nowhere/cert.pem cannot be read (ENOENT).');
});

test('a key that belongs to another certificate is refused', async () => {
  const pair = { SLUICE_GRPC_TLS_CERT: file('own.pem'), SLUICE_GRPC_TLS_KEY: file('other.key') };
  await expect(identityWith(pair)).rejects.toThrow(/^SLUICE_GRPC_TLS_KEY: .* is not the private key/);
});

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('plain streams are served on %s', async (host) => {
  expect((await identityWith({ SLUICE_HOST: host })).keySha256).toBeUndefined();
});

test('beyond loopback a certificate is made where that is asked for, and an own one is preferred', async () => {
  const auto = { SLUICE_HOST: '0.0.0.0', SLUICE_GRPC_TLS: 'auto' };
  const pair = { SLUICE_GRPC_TLS_CERT: file('own.pem'), SLUICE_GRPC_TLS_KEY: file('own.key') };

  expect((await identityWith(auto)).keySha256).toBe(publicKeySha256(generated.certificate));
  expect((await identityWith({ ...auto, ...pair })).keySha256).toBe(publicKeySha256(own.certificate));
});
