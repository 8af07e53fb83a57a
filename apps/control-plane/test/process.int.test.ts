import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type TestDatabase } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..');
const program = join(folder, 'dist/main.js');
let postgres: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  postgres = await startPostgres();
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-process-'));
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

interface Run extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function run(env: Record<string, string> = {}): Run {
  const settings = { SLUICE_DATABASE_URL: postgres.url, SLUICE_DATA_DIR: dataDir, SLUICE_GRPC_PORT: '0', ...env };
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, SLUICE_ADMIN_PORT: '0', ...settings },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
  };
  return { child, output: () => text, exit, [Symbol.asyncDispose]: end };
}

async function address(started: Run): Promise<string> {
  await expect.poll(started.output, { timeout: 20_000 }).toMatch(/listening at http/);
  return /listening at (http:\/\/[\d.:]+)/.exec(started.output())?.[1] ?? '';
}

describe('what keeps it from starting is one line that names the setting, and exit code 1', () => {
  test('a taken port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await using started = run({ SLUICE_ADMIN_PORT: String(port) });

    expect(await started.exit).toBe(1);
    expect(started.output()).toContain(`SLUICE_ADMIN_PORT: 127.0.0.1:${port} is in use by another process.`);
    holder.close();
  });

  test('a database that cannot be reached, without its password', async () => {
    await using started = run({ SLUICE_DATABASE_URL: 'postgres://sluice:pa55word@127.0.0.1:1/x' });

    expect(await started.exit).toBe(1);
    expect(started.output().trim().split('\n')).toEqual([expect.stringMatching(/^SLUICE_DATABASE_URL: /)]);
    expect(started.output()).not.toContain('pa55word');
  });

  test('a database that is not named', async () => {
    await using started = run({ SLUICE_DATABASE_URL: '' });

    expect(await started.exit).toBe(1);
    expect(started.output()).toMatch(/^SLUICE_DATABASE_URL: /);
  });

  test('settings that make no sense, all of them at once and no secret among them', async () => {
    await using started = run({ SLUICE_ADMIN_PORT: 'door', SLUICE_DATABASE_POOL: '0', SLUICE_ADMIN_KEY: 'short' });

    expect(await started.exit).toBe(1);
    expect(started.output()).toMatch(/SLUICE_ADMIN_PORT[^]*SLUICE_ADMIN_KEY[^]*SLUICE_DATABASE_POOL/);
    expect(started.output()).not.toContain('short');
  });

  test('a key ring that is not the one of this database, by the name of the key', async () => {
    await using first = run();
    await address(first);
    await using second = run({ SLUICE_KEYRING: `other:${Buffer.alloc(32, 1).toString('base64')}` });
    await using third = run({ SLUICE_KEYRING: `k1:${Buffer.alloc(32, 1).toString('base64')}` });

    expect(await Promise.all([second.exit, third.exit])).toEqual([1, 1]);
    expect(second.output()).toMatch(/lacks a key.*key k1/);
    expect(third.output()).toMatch(/is not the key.*key k1/);
  });
});

test('a generated key ring belongs to its owner alone and is used again', async () => {
  const ring = await readFile(join(dataDir, 'keyring'), 'utf8');
  await using started = run();
  await address(started);

  expect((await stat(join(dataDir, 'keyring'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, 'keyring'), 'utf8')).toBe(ring);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it cleanly, and what was acknowledged is there after',
  async (signal) => {
    const key = 'a-key-of-this-test-alone';
    const headers = { 'x-api-key': key };
    await using started = run({ SLUICE_ADMIN_KEY: key });
    const body = JSON.stringify({ uri: `/${signal}`, upstream: { nodes: { '127.0.0.1:1': 1 } } });
    const path = `/apisix/admin/routes/${signal}`;
    const answer = await fetch((await address(started)) + path, { method: 'PUT', headers, body });
    expect(answer.status).toBe(201);
    started.child.kill(signal);

    expect(await started.exit).toBe(0);
    await using again = run({ SLUICE_ADMIN_KEY: key });
    expect((await fetch((await address(again)) + path, { headers })).status).toBe(200);
    expect(started.output() + again.output()).not.toContain(key);
  },
);
