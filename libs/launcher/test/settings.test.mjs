import { expect, test } from 'vitest';
import { reachableHost, readSettings } from '../src/settings.mjs';

test('every wrong port is named at once, with its variable and what it holds', () => {
  const env = { SLUICE_ADMIN_PORT: 'abc', SLUICE_HTTP_PORT: '70000', SLUICE_POSTGRES_PORT: '0' };

  expect(() => readSettings(env)).toThrow(
    [
      'SLUICE_ADMIN_PORT must be a whole number from 1 to 65535, not "abc".',
      'SLUICE_HTTP_PORT must be a whole number from 1 to 65535, not "70000".',
      'SLUICE_POSTGRES_PORT must be a whole number from 1 to 65535, not "0".',
    ].join('\n'),
  );
});

test('two variables with the same port are refused, also when one is a default', () => {
  expect(() => readSettings({ SLUICE_HTTP_PORT: '9180' })).toThrow(
    'SLUICE_ADMIN_PORT and SLUICE_HTTP_PORT are both 9180',
  );
});

test('without any variable the ports and the host are those that the documentation names', () => {
  const { host, ports, databaseUrl, dataDir } = readSettings({});

  expect(Object.fromEntries(Object.values(ports).map(({ variable, port }) => [variable, port]))).toEqual({
    SLUICE_ADMIN_PORT: 9180,
    SLUICE_GRPC_PORT: 9190,
    SLUICE_HTTP_PORT: 9080,
    SLUICE_HTTPS_PORT: 9443,
    SLUICE_CONTROL_PORT: 9090,
    SLUICE_METRICS_PORT: 9091,
  });
  expect(host).toBe('127.0.0.1');
  expect(databaseUrl).toBeUndefined();
  expect(dataDir).toMatch(/^\/.*\/\.sluice$/);
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::1', '[::1]'],
  ['10.0.0.5', '10.0.0.5'],
])('a listener on %s is reached at %s', (host, reached) => {
  expect(reachableHost(host)).toBe(reached);
});
