import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { keepServer, type ServerWord, startKept, type ServerControls } from './kept-server.ts';

const run = promisify(execFile);
const BINARIES = process.env.SLUICE_TEST_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

/** An empty database of its own; `await using` drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** A PostgreSQL server of one's own, to be killed; `await using` ends it. */
export interface TestPostgresServer extends ServerControls {
  readonly port: number;
  /** The URL of a database on it. */
  url(database: string): string;
}

let shared: Promise<TestPostgresServer> | undefined;

/**
 * Makes a fresh, empty database on a real PostgreSQL server that listens on loopback only. The server is started once per
 * test process and ends with it.
 */
export async function startPostgres(): Promise<TestDatabase> {
  shared ??= startPostgresServer();
  const server = await shared;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server.url('postgres'), `CREATE DATABASE ${name}`);
  return {
    url: server.url(name),
    [Symbol.asyncDispose]: () => administer(server.url('postgres'), `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Starts a server with a cluster of its own. */
export async function startPostgresServer(): Promise<TestPostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  const owner = await serverUser();
  if (owner) await chown(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await run(join(BINARIES, 'initdb'), initdb, { cwd: directory, ...owner });
  const port = await freePort();
  const url = (database: string): string => `postgres://sluice@127.0.0.1:${port}/${database}`;
  const args = serverArguments(data, directory, port);
  const tell = keepServer({ file: join(BINARIES, 'postgres'), args, directory, owner });
  const answers = () => isReady(url('postgres'), tell, join(directory, 'server.log'));
  return { port, url, ...(await startKept('PostgreSQL', tell, answers)) };
}

async function isReady(url: string, tell: (word: ServerWord) => Promise<void>, log: string): Promise<boolean> {
  try {
    await administer(url, 'SELECT 1');
    return true;
  } catch {
    // Right after a crash the old server's children may still hold its memory; then the new one gives up at once.
    // That log is there as soon as the shell has come to it.
    const said = await readFile(log, 'utf8').catch(() => '');
    if (said.includes('is still in use')) await tell('KILL').then(() => tell('start'));
    return false;
  }
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

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
