import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, ocspAuthority, shownStatus, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { type Place, placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

const patience = { timeout: 20_000, interval: 50 };

/** Writes a configuration as whoever deploys it would: never half of it. */
async function write({ dataDir }: Place, config: object): Promise<string> {
  const file = join(dataDir, 'apisix.json');
  await writeFile(`${file}.next`, JSON.stringify(config));
  await rename(`${file}.next`, file);
  return file;
}

const fromFile = (file: string) => ({ SLUICE_SOURCE: 'file', SLUICE_FILE: file });

test('the status of a certificate is fetched from its authority, and every worker shows it', async () => {
  await using authority = await ocspAuthority();
  const certificate = await authority.issue('shop.test.com', 'good');
  await authority.respond('delegate');
  const httpsPort = await freePort();
  await using place = await placeWith({});
  const ssl = { id: '1', sni: 'shop.test.com', ...certificate, ocsp_stapling: { enabled: true } };
  const file = await write(place, { ssls: [ssl] });
  await using plane = startDataPlane(place, { ...fromFile(file), SLUICE_HTTPS_PORT: String(httpsPort) });
  await plane.ready();
  const shown = () => shownStatus(httpsPort, 'shop.test.com', authority);
  await expect.poll(shown, patience).toBe('good');
  const again = await Promise.all(Array.from({ length: 8 }, shown));
  expect(new Set(again)).toEqual(new Set(['good']));

  await write(place, { ssls: [{ ...ssl, ocsp_stapling: { enabled: false } }] });
  await expect.poll(shown, patience).toBe('none');
});

test('a service is served by the servers that the discovery knows, and shown by its name', async () => {
  await using upstream = await startUpstream((_req, res) => res.end('found'));
  await using place = await placeWith({});
  const service = { type: 'roundrobin', discovery_type: 'dns', service_name: upstream.node };
  const file = await write(place, { routes: [{ id: '1', uri: '/*', upstream: service }] });
  await using plane = startDataPlane(place, fromFile(file));
  await plane.ready();
  const ask = async () => (await fetch(`http://127.0.0.1:${place.port}/`)).text().catch(() => '');
  await expect.poll(ask, patience).toBe('found');
  const routes = await (await plane.control('/v1/routes')).json();
  expect(routes).toMatchObject([{ value: { upstream: service } }]);
});

test('a service that nobody knows is answered 503, and holds up nothing else', async () => {
  await using upstream = await startUpstream((_req, res) => res.end('fine'));
  await using place = await placeWith({});
  const file = await write(place, {
    routes: [
      {
        id: '1',
        uri: '/a',
        upstream: { type: 'roundrobin', discovery_type: 'dns', service_name: '_none._tcp.shop.test' },
      },
      { id: '2', uri: '/b', upstream: { type: 'roundrobin', nodes: { [upstream.node]: 1 } } },
    ],
  });
  await using plane = startDataPlane(place, {
    ...fromFile(file),
    SLUICE_DNS_RESOLVER: `127.0.0.1:${await freePort()}`,
  });
  await plane.ready();
  const status = async (path: string) =>
    (await fetch(`http://127.0.0.1:${place.port}${path}`).catch(() => ({ status: 0 }))).status;
  await expect.poll(() => status('/b'), patience).toBe(200);
  expect(await status('/a')).toBe(503);
});
