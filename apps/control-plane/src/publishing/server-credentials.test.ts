import { expect, test } from 'vitest';
import { readSettings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';
import { serverCredentials } from './server-credentials.ts';

const withSettings = (env: Record<string, string>) => () => serverCredentials(readSettings(env));

test.each(['0.0.0.0', '::', '192.0.2.1', 'gateway.example'])('plain streams are refused on %s, by name', (host) => {
  expect(withSettings({ SLUICE_HOST: host })).toThrow(StartError);
  expect(withSettings({ SLUICE_HOST: host })).toThrow(/^SLUICE_GRPC_TLS_CERT, SLUICE_GRPC_TLS_KEY: /);
});

test('beyond loopback a certificate of the server alone is not enough', () => {
  const pair = { SLUICE_GRPC_TLS_CERT: '/cert.pem', SLUICE_GRPC_TLS_KEY: '/key.pem' };
  expect(withSettings({ SLUICE_HOST: '0.0.0.0', ...pair })).toThrow(/^SLUICE_GRPC_TLS_CA: /);
});

test('a file that cannot be read is named with its setting', () => {
  const pair = { SLUICE_GRPC_TLS_CERT: '/nowhere/cert.pem', SLUICE_GRPC_TLS_KEY: '/nowhere/key.pem' };
  expect(withSettings(pair)).toThrow('SLUICE_GRPC_TLS_CERT: /nowhere/cert.pem cannot be read (ENOENT).');
});

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('plain streams are served on %s', (host) => {
  expect(withSettings({ SLUICE_HOST: host })).not.toThrow();
});
