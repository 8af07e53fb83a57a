import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { startHouse, until } from '../src/index.ts';

const nodes = (port: number) => ({ nodes: { [`127.0.0.1:${port}`]: 1 } });

test('a data plane keeps serving while the control plane is gone, and catches up when it is back', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using house = await startHouse();
  await house.admin.put('routes/r1', { uri: '/one', upstream: nodes(origin.port) });
  await house.untilInSync();

  await house.controlPlane.end('SIGKILL');
  expect((await fetch(`${house.proxyUrl}/one`)).status).toBe(200);
  await house.startControlPlane();
  await house.admin.put('routes/r2', { uri: '/two', upstream: nodes(origin.port) });

  await house.untilInSync();
  expect((await fetch(`${house.proxyUrl}/two`)).status).toBe(200);
});

test('a data plane that was killed starts from its copy with everything else down', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using house = await startHouse();
  await house.admin.put('routes/r1', { uri: '/one', upstream: nodes(origin.port) });
  const { revision } = await house.untilInSync().then(({ applied_revision }) => ({ revision: applied_revision }));
  await until(async () => (await copyIn(house.dataDir)).includes(`"revision":${revision}`), 'The copy on disk');
  await house.controlPlane.end('SIGKILL');
  await house.dataPlane.end('SIGKILL');

  await house.startDataPlane();

  expect((await fetch(`${house.proxyUrl}/one`)).status).toBe(200);
  expect((await house.served()).applied_revision).toBe(revision);
});

test('a copy that was tampered with is not served', async () => {
  await using house = await startHouse();
  await house.admin.put('routes/r1', { uri: '/secret-path', upstream: nodes(1980) });
  await house.untilInSync();
  await house.dataPlane.end('SIGTERM');
  await house.controlPlane.end('SIGTERM');
  const path = await copyPath(house.dataDir);
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  await writeFile(path, bytes);

  house.dataPlane.start();

  await until(async () => house.dataPlane.output.includes('its checksum is wrong'), 'The refusal in the log');
  await expect(fetch(`${house.proxyUrl}/secret-path`)).rejects.toThrow();
});

test('a data plane that is told to stop finishes the requests that it has begun', async () => {
  const begun: ServerResponse[] = [];
  await using origin = await startUpstream((_req, res) => begun.push(res));
  await using house = await startHouse();
  await house.admin.put('routes/slow', { uri: '/slow', upstream: nodes(origin.port) });
  await house.untilInSync();
  const response = fetch(`${house.proxyUrl}/slow`);
  await until(async () => origin.requests.length === 1, 'The request at the upstream');

  const stopped = house.dataPlane.end('SIGTERM');
  await until(() => refused(`${house.proxyUrl}/slow`), 'New connections refused');
  // Whoever asked whether the port is closed may have come through before it was.
  for (const answer of begun) answer.end('done');

  expect(await (await response).text()).toBe('done');
  await stopped;
});

async function refused(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(500) }).then(
    () => false,
    (error: Error) => (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED',
  );
}

async function copyPath(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'dataplane');
  const name = (await readdir(folder)).find((file) => file === 'last-known-good-default');
  return join(folder, name ?? 'missing');
}

/** The copy, and the steps beside it. */
async function copyIn(dataDir: string): Promise<string> {
  const path = await copyPath(dataDir);
  const texts = [path, `${path}.steps`].map((file) => readFile(file, 'latin1').catch(() => ''));
  return (await Promise.all(texts)).join('');
}
