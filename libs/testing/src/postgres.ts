import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdtemp } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const BINARIES = process.env.SLUICE_TEST_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

/** An empty database of its own; `await using` drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

interface Cluster {
  readonly port: number;
  readonly url: (database: string) => string;
}

let cluster: Promise<Cluster> | undefined;

/**
 * Makes a fresh, empty database on a real PostgreSQL server that listens on loopback only. The server is started once per
 * test process and ends with it.
 */
export async function startPostgres(): Promise<TestDatabase> {
  cluster ??= startCluster();
  const { url } = await cluster;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(url('postgres'), `CREATE DATABASE ${name}`);
  return {
    url: url(name),
    [Symbol.asyncDispose]: () => administer(url('postgres'), `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function startCluster(): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  const owner = await serverUser();
  if (owner) await chown(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await run(join(BINARIES, 'initdb'), initdb, { cwd: directory, ...owner });
  const port = await freePort();
  const server = spawnWithLifeline(join(BINARIES, 'postgres'), serverArguments(data, directory, port), {
    cwd: directory,
    ...owner,
  });
  const url = (database: string): string => `postgres://sluice@127.0.0.1:${port}/${database}`;
  await untilReady(server);
  return { port, url };
}

function serverArguments(data: string, directory: string, port: number): string[] {
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: directory, max_connections: '200' };
  const settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', data, '-p', String(port), ...settings];
}

/** PostgreSQL refuses to run as root, so root lends its user to the server. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, user])));
      return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
    } catch {
      // There is no such user here; the next one may exist.
    }
  }
  throw new Error('Running as root, and there is neither a user postgres nor nobody to run the server.');
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
  server.removeAllListeners('exit');
  server.stderr?.removeAllListeners('data').resume();
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Starts the server behind a shell that reads from a pipe which only this process holds: however this process ends, also by
 * SIGKILL, the pipe closes, and the shell ends the server (at once, nothing is worth saving) and removes its directory.
 */
function spawnWithLifeline(
  file: string,
  args: readonly string[],
  options: { cwd: string; uid?: number; gid?: number },
) {
  const script = '"$@" </dev/null & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$PWD"';
  const stdio: StdioOptions = ['pipe', 'ignore', 'pipe'];
  const server = spawn('/bin/sh', ['-c', script, 'sh', file, ...args], { ...options, stdio, detached: true });
  server.unref();
  for (const stream of [server.stdin, server.stderr]) if (stream instanceof Socket) stream.unref();
  return server;
}
