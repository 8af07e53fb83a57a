import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pollUntil } from '../src/poll-until.mjs';
import { isAlive } from '../src/process/process-identity.mjs';
import { canEnter } from '../src/postgres/server-user.mjs';
import { repositoryRoot } from '../src/repository.mjs';
import { launcherBench } from './support/launcher-process.mjs';

const RUNNING = 'Sluice is running.';
const until = (condition) => pollUntil(condition, { timeoutMs: 30_000 });

test('a taken port is named with its variable and its holder, and nothing is started', async () => {
  await using bench = await launcherBench();
  const port = Number(bench.ports.SLUICE_HTTP_PORT);
  const squatter = net.createServer();
  await new Promise((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  try {
    const launcher = bench.start();

    expect(await launcher.exited).toBe(1);
    expect(launcher.output()).toContain(`Port ${port} for the gateway is taken by process ${process.pid}`);
    expect(launcher.output()).toContain('SLUICE_HTTP_PORT=');
    expect(bench.events()).toEqual([]);
    expect(fs.existsSync(path.join(bench.dataDir, 'postgres'))).toBe(false);
  } finally {
    squatter.close();
  }
});

test('a second launcher on the same data directory names the first, and leaves it alone', async () => {
  await using bench = await launcherBench();
  const first = bench.start();
  await first.says(RUNNING);

  const second = bench.start();

  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(
    `Sluice already runs on ${bench.dataDir}: process ${first.pid}, http://127.0.0.1:${bench.ports.SLUICE_ADMIN_PORT}/`,
  );
  expect(isAlive(bench.recorded('control-plane'))).toBe(true);
});

test('a plane that ends at its first start is shown with its last words, and Postgres is stopped again', async () => {
  await using bench = await launcherBench();

  const launcher = bench.start({ FAKE_BEHAVIOUR: '{"control-plane":["broken"]}' });

  expect(await launcher.exited).toBe(1);
  expect(launcher.output()).toContain('control-plane ended before it was ready (exit code 3)');
  expect(launcher.output()).toContain('the reason why it is broken');
  expect(bench.recorded('postgres')).toBeNull();
  expect(fs.existsSync(path.join(bench.dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
});

test('Ctrl-C, even when it comes twice at once, stops the data plane, then the control plane, then Postgres, and is a success', async () => {
  await using bench = await launcherBench();
  const launcher = bench.start();
  await launcher.says(RUNNING);

  launcher.signal('SIGINT');
  launcher.signal('SIGINT');

  expect(await launcher.exited).toBe(0);
  expect(bench.events().slice(-2)).toEqual(['dataplane SIGTERM', 'control-plane SIGTERM']);
  const order = launcher.output().matchAll(/stopping: (\S+)/g);
  expect([...new Set([...order].map(([, title]) => title))]).toEqual(['dataplane', 'control-plane', 'Postgres']);
  expect(bench.logs()).toContain('database system is shut down');
  expect(fs.readdirSync(path.join(bench.dataDir, 'run'))).toEqual([]);
});

test('SIGUSR1 reaches the plane that has logs to open anew, and no other', async () => {
  await using bench = await launcherBench();
  const launcher = bench.start();
  await launcher.says(RUNNING);

  launcher.signal('SIGUSR1');

  expect(await until(() => bench.events().includes('dataplane SIGUSR1'))).toBe(true);
  launcher.signal('SIGTERM');
  expect(await launcher.exited).toBe(0);
  expect(bench.events()).not.toContain('control-plane SIGUSR1');
  expect(launcher.output()).not.toContain('Debugger');
});

test('a plane that ignores SIGTERM is killed when its time is over, and the others still stop in order', async () => {
  await using bench = await launcherBench();
  const launcher = bench.start({ FAKE_BEHAVIOUR: '{"dataplane":["stubborn"]}' });
  await launcher.says(RUNNING);
  const dataplane = bench.recorded('dataplane');

  launcher.signal('SIGTERM');

  expect(await launcher.exited).toBe(0);
  expect(isAlive(dataplane)).toBe(false);
  expect(bench.events().at(-1)).toBe('control-plane SIGTERM');
});

test('whatever is killed is started again, Postgres with its data', async () => {
  await using bench = await launcherBench();
  const launcher = bench.start();
  await launcher.says(RUNNING);

  for (const name of ['dataplane', 'control-plane', 'postgres']) {
    const victim = bench.recorded(name);
    process.kill(victim.pid, 'SIGKILL');
    expect(await until(() => bench.recorded(name) !== null && bench.recorded(name).pid !== victim.pid)).toBe(true);
  }

  await launcher.says('Postgres is back');
  expect(launcher.output()).toMatch(/dataplane \(process \d+\) ended: killed by SIGKILL/);
  expect(bench.logs()).toContain('database system was interrupted');
});

test('a plane that is frozen, and so never ends, is replaced', async () => {
  await using bench = await launcherBench();
  const launcher = bench.start();
  await launcher.says(RUNNING);
  const victim = bench.recorded('dataplane');

  process.kill(victim.pid, 'SIGSTOP');

  await launcher.says(`dataplane (process ${victim.pid}) does not answer any more`);
  await launcher.says('dataplane is back');
  expect(isAlive(victim)).toBe(false);
  expect(bench.recorded('dataplane').pid).not.toBe(victim.pid);
});

test('after a killed launcher the next start ends its orphans and keeps database, port and password', async () => {
  await using bench = await launcherBench();
  const first = bench.start();
  await first.says(RUNNING);
  const orphans = ['dataplane', 'control-plane', 'postgres'].map(bench.recorded);
  await first.kill();
  expect(orphans.map(isAlive)).toEqual([true, true, true]);

  const second = bench.start();
  await second.says(RUNNING);

  expect(orphans.map(isAlive)).toEqual([false, false, false]);
  const databases = bench.events().filter((event) => event.startsWith('database'));
  expect(databases).toHaveLength(2);
  expect(databases[1]).toBe(databases[0]);
});

test('the secrets of the first start are told once and stand in no log', async () => {
  await using bench = await launcherBench();
  const firstStart = JSON.stringify({
    url: 'http://x',
    username: 'admin',
    password: 'one-time-word',
    admin_key: 'the-admin-key',
  });
  const launcher = bench.start({ FAKE_FIRST_START: firstStart });
  await launcher.says('one-time-word');
  await launcher.says('X-API-KEY: the-admin-key');
  await until(() => !fs.existsSync(path.join(bench.dataDir, 'first-start.json')));
  launcher.signal('SIGTERM');
  await launcher.exited;

  const again = bench.start();
  await again.says('Sign in as before');

  expect(again.output()).not.toContain('one-time-word');
  expect(bench.logs()).not.toMatch(/one-time-word|the-admin-key/);
  const password = new URL(
    bench
      .events()
      .find((event) => event.startsWith('database'))
      .slice(9),
  ).password;
  expect(bench.logs()).not.toContain(password);
  expect(launcher.output()).not.toContain(password);
  expect(fs.statSync(path.join(bench.dataDir, 'postgres/access.json')).mode & 0o777).toBe(0o600);
});

test("a plane's errors reach the console, prefixed by its name", async () => {
  await using bench = await launcherBench();
  const launcher = bench.start();

  await launcher.says('trouble of control-plane');

  expect(launcher.output()).toContain('  control-plane: {"level":50,"msg":"trouble of control-plane"}');
});

// Only root can become somebody else, and only where the tree lets him in.
const nobody = { uid: 65534, gid: 65534 };
const ordinaryUsers = process.getuid() === 0 && canEnter(repositoryRoot, nobody) ? [nobody] : [];

test.for(ordinaryUsers)(
  'an ordinary user whose home is closed to others starts, stops and starts again',
  async (user) => {
    await using bench = await launcherBench({ user });
    expect(fs.statSync(bench.home).mode & 0o777).toBe(0o700);
    for (const round of [1, 2]) {
      const launcher = bench.start();
      await launcher.says(RUNNING);
      launcher.signal('SIGTERM');
      expect(await launcher.exited, `round ${round}`).toBe(0);
    }
    expect(fs.statSync(path.join(bench.dataDir, 'postgres/cluster')).uid).toBe(user.uid);
  },
);
