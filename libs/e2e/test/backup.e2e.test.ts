import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { Child, type House, startHouse, until } from '../src/index.ts';
import { builtApp } from '../src/house/child.ts';

const binaries = process.env.SLUICE_TEST_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);

/** The two commands of docs/guides/backup-and-restore.md. */
const dump = (url: string, file: string) => run(join(binaries, 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
const restore = (url: string, file: string) =>
  run(join(binaries, 'pg_restore'), ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${url}`, file]);

const statusOf = async (house: House, path: string, headers: Record<string, string> = {}) =>
  (await fetch(house.proxyUrl + path, { headers })).status;

test('a restored backup serves what was configured then, secrets included, also to a data plane that has seen later', async () => {
  await using original = await startPostgres();
  await using restored = await startPostgres();
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  const backup = await mkdtemp(join(tmpdir(), 'sluice-backup-'));
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-data-'));
  const upstream = { nodes: { [`127.0.0.1:${origin.port}`]: 1 } };
  const env = { SLUICE_DATA_DIR: dataDir, SLUICE_ACCESS_LOG: 'off' };

  const before = await startHouse({ ...env, SLUICE_DATABASE_URL: original.url });
  await before.admin.put('consumers', { username: 'jack', plugins: { 'key-auth': { key: 'jacks-secret-key' } } });
  await before.admin.put('routes/kept', { uri: '/kept', upstream, plugins: { 'key-auth': {} } });
  const { digest, applied_revision: saved } = await before.untilInSync();
  await dump(original.url, join(backup, 'sluice.dump'));
  await copyFile(join(dataDir, 'keyring'), join(backup, 'keyring'));
  await before.admin.put('routes/lost', { uri: '/lost', upstream });
  await before.untilInSync();
  expect(await statusOf(before, '/lost')).toBe(200);
  await before[Symbol.asyncDispose]();

  await restore(restored.url, join(backup, 'sluice.dump'));
  await using after = await startHouse({ ...env, SLUICE_DATABASE_URL: restored.url });
  expect(await after.untilInSync()).toMatchObject({ digest, applied_revision: saved });
  expect(await statusOf(after, '/lost')).toBe(404);
  expect(await statusOf(after, '/kept')).toBe(401);
  expect(await statusOf(after, '/kept', { apikey: 'jacks-secret-key' })).toBe(200);

  await after.admin.put('routes/next', { uri: '/next', upstream });
  expect((await after.admin.revisions()).map(({ number }) => number)).toEqual([saved + 1, saved, saved - 1]);
  expect((await after.untilInSync()).applied_revision).toBe(saved + 1);
  await Promise.all([backup, dataDir].map((directory) => rm(directory, { recursive: true })));
});

test('without the key ring of the backup a control plane refuses to start, and says which key it lacks', async () => {
  await using database = await startPostgres();
  await using house = await startHouse({ SLUICE_DATABASE_URL: database.url });
  await house.admin.put('consumers', { username: 'jack', plugins: { 'key-auth': { key: 'jacks-secret-key' } } });
  await house.controlPlane.end('SIGTERM');
  const dataDir = join(house.dataDir, 'elsewhere');
  await mkdir(dataDir);
  const stranger = new Child('control plane', builtApp('control-plane'), {
    SLUICE_DATABASE_URL: database.url,
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_PORT: '0',
    SLUICE_GRPC_PORT: '0',
  });
  stranger.start();

  await until(async () => !stranger.isRunning, 'The end of the control plane');
  expect(stranger.output).toMatch(/key k1/);
});
