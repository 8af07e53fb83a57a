import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError } from '@sluice/settings';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientLimits, listenerOptions, wantedPorts } from './listeners.ts';
import { dataPlaneSettings } from './settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-listeners-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function settingsOf(yaml: string, env: Record<string, string> = {}) {
  const file = join(folder, 'settings.yaml');
  await writeFile(file, yaml);
  return loadSettings(dataPlaneSettings, { env, file });
}

test.each([
  'node_listen: [0]',
  'node_listen: [{ip: 127.0.0.1}]',
  'node_listen: [{port: 1, surprise: 1}]',
  'ssl: {ssl_protocols: SSLv3}',
  'ssl: {listen: [{port: 1, enable_http3: true}]}',
  'proxy_protocol: {listen_http_port: 70000}',
  'client_max_body_size: -1',
])('%s is refused at start, by name', async (yaml) => {
  const name = yaml.slice(0, yaml.indexOf(':'));
  await expect(settingsOf(yaml)).rejects.toThrow(SettingsError);
  await expect(settingsOf(yaml)).rejects.toThrow(name);
});

test('without any setting there is a plain port and an HTTPS port', async () => {
  expect(wantedPorts(await settingsOf(''))).toEqual([
    { host: '127.0.0.1', port: 9080, http2: true, protocol: 'http', variable: 'SLUICE_HTTP_PORT' },
    { host: '127.0.0.1', port: 9443, protocol: 'https', variable: 'SLUICE_HTTPS_PORT' },
  ]);
});

test('lists in the file take the place of both, and PROXY ports come on top', async () => {
  const yaml = `
    node_listen: [81, {port: 82, ip: "::1", enable_http2: false}]
    ssl: {listen: [{port: 444}, {ip: 10.0.0.1}]}
    proxy_protocol: {listen_http_port: 83, listen_https_port: 445}
  `;
  const ports = wantedPorts(await settingsOf(yaml, { SLUICE_HOST: '0.0.0.0', SLUICE_HTTPS_PORT: '443' }));

  expect(
    ports.map(({ host, port, protocol, http2, proxyProtocol }) => [host, port, protocol, http2, proxyProtocol]),
  ).toEqual([
    ['0.0.0.0', 81, 'http', true, undefined],
    ['::1', 82, 'http', false, undefined],
    ['0.0.0.0', 444, 'https', undefined, undefined],
    ['10.0.0.1', 443, 'https', undefined, undefined],
    ['0.0.0.0', 83, 'http', true, true],
    ['0.0.0.0', 445, 'https', true, true],
  ]);
});

test('HTTPS can be switched off', async () => {
  expect(wantedPorts(await settingsOf('ssl: {enable: false}')).map(({ port }) => port)).toEqual([9080]);
});

test('limits and TLS settings reach the engine in its units', async () => {
  const yaml = 'ssl: {ssl_protocols: TLSv1.3, fallback_sni: a.com, ssl_session_tickets: false}\nsend_timeout: 1.5\n';
  const settings = await settingsOf(yaml, { SLUICE_CLIENT_MAX_BODY_SIZE: '1000' });

  expect(clientLimits(settings)).toMatchObject({
    sendTimeoutMs: 1500,
    bodyTimeoutMs: 60_000,
    bodyBytesMax: 1000,
    headerBytesMax: 32_768,
  });
  expect(listenerOptions(settings).tls).toEqual({
    versions: ['TLSv1.3'],
    fallbackServerName: 'a.com',
    sessionTickets: false,
  });
});
