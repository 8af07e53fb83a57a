import { createRequire } from 'node:module';
import { loadSettings } from '@sluice/settings';
import { expect, test } from 'vitest';
import { dataPlaneSettings } from '../config/settings.ts';
import { sourceOpener } from './open-source.ts';

const settingsOf = (env: Record<string, string>) => loadSettings(dataPlaneSettings, { env });
const inEtcdMode = { SLUICE_SOURCE: 'etcd', SLUICE_ETCD_ENDPOINTS: 'http://127.0.0.1:2379' };
const hasEtcdClient = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/etcd3/'));

test('a data plane that a control plane feeds loads no etcd client', async () => {
  await sourceOpener(settingsOf({}));
  expect(hasEtcdClient()).toBe(false);
  await sourceOpener(settingsOf(inEtcdMode));
  expect(hasEtcdClient()).toBe(true);
});

test('etcd without endpoints is refused by name', async () => {
  await expect(sourceOpener(settingsOf({ SLUICE_SOURCE: 'etcd' }))).rejects.toThrow('SLUICE_ETCD_ENDPOINTS');
});

test('a certificate that cannot be read is refused by name', async () => {
  const opener = sourceOpener(settingsOf({ ...inEtcdMode, SLUICE_ETCD_TLS_CA: '/nowhere/ca.pem' }));
  await expect(opener).rejects.toThrow('SLUICE_ETCD_TLS_CA: /nowhere/ca.pem cannot be read (ENOENT)');
});

test('a user without a password is refused', async () => {
  const opener = sourceOpener(settingsOf({ ...inEtcdMode, SLUICE_ETCD_USER: 'root' }));
  await expect(opener).rejects.toThrow('SLUICE_ETCD_PASSWORD');
});

test('a control plane that is only reported to is held to the same rules', async () => {
  const opener = sourceOpener(settingsOf({ ...inEtcdMode, SLUICE_CONTROL_PLANE: '10.0.0.1:9190' }));
  await expect(opener).rejects.toThrow(expect.objectContaining({ code: 'PLAIN_LINK_REFUSED' }) as Error);
});
