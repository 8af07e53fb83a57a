import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startUpstream } from '@sluice/testing';
import { expect, test, vi } from 'vitest';
import { type Place, placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

const patience = { timeout: 20_000, interval: 20 };

const file = ({ dataDir }: Place) => join(dataDir, 'apisix.yaml');
const status = async ({ port }: Place, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

function yamlFor(node: string, ...routes: string[]): string {
  const upstreams = `upstreams:\n  - id: 1\n    type: roundrobin\n    nodes: {"${node}": 1}\n`;
  return `routes:\n${routes.map((route) => `  - {upstream_id: 1, ${route}}\n`).join('')}${upstreams}#END\n`;
}

test('a data plane serves what its file says, and goes on with the last good one while the file is wrong', async () => {
  await using upstream = await startUpstream();
  await using place = await placeWith({});
  writeFileSync(file(place), yamlFor(upstream.node, 'uri: /a'));
  await using plane = startDataPlane(place, { SLUICE_SOURCE: 'file', SLUICE_FILE: file(place) });
  await plane.ready();
  await vi.waitFor(async () => expect(await status(place, '/a')).toBe(200), patience);

  writeFileSync(file(place), yamlFor(upstream.node, 'uri: /a', 'uri: /b'));
  await vi.waitFor(async () => expect(await status(place, '/b')).toBe(200), patience);

  writeFileSync(file(place), yamlFor(upstream.node, 'uri: /c', 'uri: /d, priority: high'));
  await vi.waitFor(() => expect(plane.output).toContain('A revision is refused'), patience);
  expect(plane.output).toContain('priority');
  writeFileSync(file(place), 'routes:\n  - uri: [\n#END\n');
  await vi.waitFor(() => expect(plane.output).toContain('The configuration file cannot be used.'), patience);

  expect([await status(place, '/a'), await status(place, '/b'), await status(place, '/c')]).toEqual([200, 200, 404]);
});

test('the health of an upstream of a file is shown by the name that it has there, without a key of any store', async () => {
  await using upstream = await startUpstream();
  await using place = await placeWith({});
  const checks = 'checks: {active: {type: tcp}}';
  const nodes = `nodes: {"${upstream.node}": 1}`;
  writeFileSync(file(place), `upstreams:\n  - {id: 1, type: roundrobin, ${nodes}, ${checks}}\n#END\n`);
  await using plane = startDataPlane(place, { SLUICE_SOURCE: 'file', SLUICE_FILE: file(place) });
  await plane.ready();
  const reports = async () => (await fetch(`http://127.0.0.1:${place.controlPort}/v1/healthcheck`)).json();

  await vi.waitFor(async () => expect(await reports()).toMatchObject([{ name: '/upstreams/1' }]), patience);
});

test('metadata of plugins is shown as the compatible surface shows it: the bare values, each with its id', async () => {
  await using place = await placeWith({});
  writeFileSync(file(place), 'plugin_metadata:\n  - {id: ip-restriction, note: x}\n#END\n');
  await using plane = startDataPlane(place, { SLUICE_SOURCE: 'file', SLUICE_FILE: file(place) });
  await plane.ready();
  const get = async (path: string) => (await plane.control(path)).json();
  await vi.waitFor(async () => expect(await get('/v1/plugin_metadatas')).toHaveLength(1), patience);

  expect(await get('/v1/plugin_metadatas')).toEqual([{ id: 'ip-restriction', note: 'x' }]);
  expect(await get('/v1/plugin_metadata/ip-restriction')).toEqual({ id: 'ip-restriction', note: 'x' });
  expect(await get('/v1/plugin_metadata/other')).toEqual({ error_msg: 'plugin metadata[other] not found' });
  expect((await plane.control('/v1/plugin_metadata/other')).status).toBe(404);
});

test('a function decides in every worker', async () => {
  await using upstream = await startUpstream();
  await using place = await placeWith({});
  const filter = 'filter_func: "function (vars) { return vars.arg_n % 2 == 0; }"';
  writeFileSync(file(place), yamlFor(upstream.node, `uri: /f, ${filter}`));
  await using plane = startDataPlane(place, { SLUICE_SOURCE: 'file', SLUICE_FILE: file(place) });
  await plane.ready();
  await vi.waitFor(async () => expect(await status(place, '/f?n=2')).toBe(200), patience);

  const statuses = await Promise.all(Array.from({ length: 40 }, (_, n) => status(place, `/f?n=${n}`)));

  expect(statuses).toEqual(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 200 : 404)));
});

test('after a rotation all workers write to the new file, and no line is lost', async () => {
  await using upstream = await startUpstream();
  await using place = await placeWith({});
  writeFileSync(file(place), yamlFor(upstream.node, 'uri: /*'));
  const log = join(place.dataDir, 'access.log');
  await using plane = startDataPlane(place, {
    SLUICE_SOURCE: 'file',
    SLUICE_FILE: file(place),
    SLUICE_ACCESS_LOG: log,
    SLUICE_ACCESS_LOG_FORMAT: '$uri $status',
  });
  await plane.ready();
  await vi.waitFor(async () => expect(await status(place, '/begin')).toBe(200), patience);
  const ask = (name: string) => Promise.all(Array.from({ length: 50 }, (_, i) => status(place, `/${name}/${i}`)));

  await ask('one');
  renameSync(log, `${log}.1`);
  plane.child.kill('SIGUSR1');
  await vi.waitFor(() => expect(existsSync(log)).toBe(true), patience);
  await ask('two');

  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^\/(one|two)\//.test(line));
  await vi.waitFor(() => expect([...lines(`${log}.1`), ...lines(log)]).toHaveLength(100), patience);
  expect(lines(log).length).toBeGreaterThan(0);
});

test('a check says what is wrong with its line, and by its exit status whether the file can be served', async () => {
  await using place = await placeWith({});
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const check = () => spawnSync(process.execPath, [main, '--check', file(place)], { encoding: 'utf8' });
  writeFileSync(file(place), yamlFor('127.0.0.1:80', 'uri: /a', 'uri: /b, priority: high', 'uri: /c, service_id: 7'));

  const bad = check();
  expect(bad.status).toBe(1);
  expect(bad.stdout.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/apisix\.yaml:3: routes\.1\.priority: /),
    expect.stringMatching(/apisix\.yaml:4: routes\.2\.service_id: there is no service 7/),
  ]);

  writeFileSync(file(place), yamlFor('127.0.0.1:80', 'uri: /a'));
  expect(check().status).toBe(0);
});

test('without a file named, the source is refused by name', async () => {
  await using place = await placeWith({});
  await using plane = startDataPlane(place, { SLUICE_SOURCE: 'file' });

  expect(await plane.exited).toBe(1);
  expect(plane.output).toContain('SLUICE_FILE: is required');
});
