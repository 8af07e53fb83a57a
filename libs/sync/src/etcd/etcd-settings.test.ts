import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '@sluice/settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { etcdSettings, readEtcdOptions } from './etcd-settings.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-etcd-settings-'));
});
afterAll(() => rm(directory, { recursive: true }));

const read = (env: Record<string, string>) => readEtcdOptions(loadSettings(etcdSettings, { env }));

test('a key of another length is refused without being shown', () => {
  const load = () => read({ SLUICE_ETCD_KEYRING: 'too-short-a-key' });
  expect(load).toThrow('SLUICE_ETCD_KEYRING');
  expect(load).not.toThrow('too-short');
});

test('all files that cannot be read are named at once', () => {
  const load = () => read({ SLUICE_ETCD_TLS_CERT: '/nowhere/a.pem', SLUICE_ETCD_TLS_KEY: '/nowhere/b.pem' });
  expect(load).toThrow(/SLUICE_ETCD_TLS_CERT: \/nowhere\/a\.pem[^]*SLUICE_ETCD_TLS_KEY: \/nowhere\/b\.pem/);
});

test('settings become what an etcd client takes, certificates as their content', async () => {
  for (const name of ['ca', 'cert', 'key']) await writeFile(join(directory, name), `pem of ${name}`);
  const options = read({
    SLUICE_ETCD_ENDPOINTS: 'https://a:2379, https://b:2379',
    SLUICE_ETCD_USER: 'sluice',
    SLUICE_ETCD_PASSWORD: 'secret',
    SLUICE_ETCD_TLS_CA: join(directory, 'ca'),
    SLUICE_ETCD_TLS_CERT: join(directory, 'cert'),
    SLUICE_ETCD_TLS_KEY: join(directory, 'key'),
  });
  expect(options).toEqual({
    endpoints: ['https://a:2379', 'https://b:2379'],
    user: 'sluice',
    password: 'secret',
    tls: { ca: 'pem of ca', cert: 'pem of cert', key: 'pem of key' },
  });
});
