import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.mjs';
import { pollUntil } from '../src/poll-until.mjs';
import { identify, isAlive } from '../src/process/process-identity.mjs';

const PSQL = '/usr/lib/postgresql/15/bin/psql';
const sql = (url, statement) =>
  execFileSync(PSQL, ['-X', '-A', '-t', '-q', '-d', url, '-c', statement], { encoding: 'utf8' }).trim();

function tempDirectory() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-postgres-'));
  return { directory, [Symbol.dispose]: () => fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 }) };
}

test('a wrong password is refused, and nothing listens but 127.0.0.1', async () => {
  using temp = tempDirectory();
  const postgres = await startEmbeddedPostgres({ dataDir: temp.directory });
  try {
    const wrong = new URL(postgres.url);
    wrong.password = 'guess';
    expect(() => execFileSync(PSQL, ['-w', '-d', wrong.href, '-c', 'select 1'], { stdio: 'pipe' })).toThrow(
      'password authentication failed',
    );
    expect(sql(postgres.url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(sql(postgres.url, 'show fsync')).toBe('on');
    expect(sql(postgres.url, 'select usesuper from pg_user where usename = current_user')).toBe('t');
  } finally {
    await postgres.stop();
  }
});

test('what was committed survives a kill -9, and the next start has the same port and password', async () => {
  using temp = tempDirectory();
  const first = await startEmbeddedPostgres({ dataDir: temp.directory });
  sql(first.url, 'create table kept (n int); insert into kept select generate_series(1, 1000)');
  const killed = identify(first.pid);
  process.kill(first.pid, 'SIGKILL');
  await pollUntil(() => !isAlive(killed), { timeoutMs: 5000 });
  await first.stop();

  const second = await startEmbeddedPostgres({ dataDir: temp.directory });
  try {
    expect(sql(second.url, 'select count(*) from kept')).toBe('1000');
    expect(second.url).toBe(first.url);
  } finally {
    await second.stop();
  }
});

test('a lock file that names a process which only reuses the number does not prevent a start, nor is that process ended', async () => {
  using temp = tempDirectory();
  const first = await startEmbeddedPostgres({ dataDir: temp.directory });
  const lockFile = path.join(temp.directory, 'cluster/postmaster.pid');
  const lines = fs.readFileSync(lockFile, 'utf8').split('\n');
  await first.stop();
  // Of the server's own user, else Postgres would see through it by itself.
  const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const innocent = spawn('sleep', ['600'], { ...user, cwd: '/' });
  try {
    fs.writeFileSync(lockFile, [innocent.pid, ...lines.slice(1)].join('\n'));

    const second = await startEmbeddedPostgres({ dataDir: temp.directory });

    expect(sql(second.url, 'select 1')).toBe('1');
    await second.stop();
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
  } finally {
    innocent.kill();
  }
});

test('a second user of the same directory is refused while the first runs', async () => {
  using temp = tempDirectory();
  const first = await startEmbeddedPostgres({ dataDir: temp.directory });
  try {
    await expect(startEmbeddedPostgres({ dataDir: temp.directory })).rejects.toThrow(
      `Process ${process.pid} runs Postgres`,
    );
    expect(sql(first.url, 'select 1')).toBe('1');
  } finally {
    await first.stop();
  }
});

test('a lost access file costs nothing but a new password', async () => {
  using temp = tempDirectory();
  const first = await startEmbeddedPostgres({ dataDir: temp.directory });
  sql(first.url, 'create table kept (n int)');
  await first.stop();
  fs.rmSync(path.join(temp.directory, 'access.json'));

  const second = await startEmbeddedPostgres({ dataDir: temp.directory });
  try {
    expect(sql(second.url, 'select count(*) from kept')).toBe('0');
    expect(second.url).not.toBe(first.url);
  } finally {
    await second.stop();
  }
});

test('a cluster of another major version is refused by both versions, untouched', async () => {
  using temp = tempDirectory();
  const first = await startEmbeddedPostgres({ dataDir: temp.directory });
  await first.stop();
  fs.writeFileSync(path.join(temp.directory, 'cluster/PG_VERSION'), '17\n');

  await expect(startEmbeddedPostgres({ dataDir: temp.directory })).rejects.toThrow(
    /written by Postgres 17; this Sluice brings Postgres 18/,
  );
});

test('it ends when the process that started it is killed', async () => {
  using temp = tempDirectory();
  const index = fileURLToPath(new URL('../src/index.mjs', import.meta.url));
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(index)});
    console.log((await startEmbeddedPostgres({ dataDir: ${JSON.stringify(temp.directory)} })).pid); setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await new Promise((resolve) => starter.stdout.once('data', resolve)));
  const postgres = identify(pid);
  expect(postgres).not.toBeNull();

  starter.kill('SIGKILL');

  expect(await pollUntil(() => !isAlive(postgres), { timeoutMs: 10_000 })).toBe(true);
});

test.for(process.getuid() === 0 ? ['root'] : [])(
  '%s may keep its data where only it gets in: the cluster is kept elsewhere, and a start finds it again',
  async () => {
    using temp = tempDirectory();
    const dataDir = path.join(temp.directory, 'closed', 'postgres');
    fs.mkdirSync(path.dirname(dataDir), { mode: 0o700 });
    const first = await startEmbeddedPostgres({ dataDir });
    const elsewhere = fs.realpathSync(path.join(dataDir, 'elsewhere'));
    try {
      sql(first.url, 'create table kept (n int)');
      await first.stop();
      const second = await startEmbeddedPostgres({ dataDir });
      expect(sql(second.url, 'select count(*) from kept')).toBe('0');
      await second.stop();
      expect(fs.statSync(path.join(elsewhere, 'cluster')).mode & 0o777).toBe(0o700);
    } finally {
      fs.rmSync(elsewhere, { recursive: true, force: true });
    }
  },
);
