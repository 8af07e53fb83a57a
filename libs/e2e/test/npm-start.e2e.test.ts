import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installation, Launcher, paste, until } from '../src/index.ts';

let dataDir: string;
let env: Record<string, string>;
let launchers: Launcher[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-start-'));
  // As root, PostgreSQL runs as another user and keeps its files here only if that user may pass.
  await chmod(dataDir, 0o755);
  env = await installation(dataDir);
  launchers = [];
});
afterEach(async () => {
  for (const launcher of launchers) await launcher.end('SIGINT');
  await rm(dataDir, { recursive: true, force: true });
});

function launch(extra: Record<string, string> = {}): Launcher {
  const launcher = new Launcher({ ...env, ...extra });
  launchers.push(launcher);
  return launcher;
}

test('a taken port ends the start with a message that names port and variable', async () => {
  const squatter = createServer().listen(Number(env.SLUICE_HTTP_PORT), '127.0.0.1');
  try {
    const launcher = launch();

    expect(await launcher.exitCode()).toBe(1);
    expect(launcher.screen).toContain(String(env.SLUICE_HTTP_PORT));
    expect(launcher.screen).toContain('SLUICE_HTTP_PORT');
  } finally {
    squatter.close();
  }
});

test('the lines that the first start prints create a route and call it; the second start keeps everything', async () => {
  const first = launch();
  await first.started();
  const [create = '', call = ''] = first.curlLines;
  expect(JSON.parse(await paste(`${create} -s`))).toMatchObject({ key: '/apisix/routes/hello' });
  await until(async () => (await paste(`${call} -s`)).startsWith('HTTP/1.1 200'), 'The route answering');
  expect(await signIn(first.password ?? '')).toBe(200);
  const { password = 'none' } = first;
  expect(await first.end('SIGINT')).toBe(0);
  expect(await logsOf(dataDir)).not.toContain(password);

  const second = launch();
  await second.started();

  expect(second.screen).not.toContain('shown this once');
  expect(await paste(`${call} -s`)).toMatch(/^HTTP\/1.1 200/);
  expect(await signIn(password)).toBe(200);
});

test('a second launcher on the same data says that one already runs', async () => {
  const first = launch();
  await first.started();

  const second = launch();

  expect(await second.exitCode()).toBe(1);
  expect(second.screen).toContain(`process ${first.pid}`);
});

test('kill -9 of the launcher and of any child loses nothing, and the next start works', async () => {
  const first = launch();
  await first.started();
  const [create = '', call = ''] = first.curlLines;
  await paste(`${create} -s`);
  for (const pid of await childPids(dataDir)) process.kill(pid, 'SIGKILL');
  await until(
    async () => (await paste(`${call} -s || true`)).startsWith('HTTP/1.1 200'),
    'Everything restarted',
    60_000,
  );
  const { password = '' } = first;
  await first.end('SIGKILL');

  const second = launch();
  await second.started();

  expect(await paste(`${call} -s`)).toMatch(/^HTTP\/1.1 200/);
  expect(await signIn(password)).toBe(200);
});

test('a forgotten password is replaced from the command line, and the old one is worth nothing', async () => {
  const launcher = launch();
  await launcher.started();

  const printed = await paste(`${asEnvironment(env)} node libs/launcher/bin/admin.mjs reset-password`);

  const [, next = ''] = /New password of admin: (\S+)/.exec(printed) ?? [];
  expect(await signIn(launcher.password ?? '')).toBe(401);
  expect(await signIn(next)).toBe(200);
});

test('SLUICE_ADMIN_KEY takes the place of a generated key and is not printed', async () => {
  const launcher = launch({ SLUICE_ADMIN_KEY: 'chosen-by-the-operator-1234' });
  await launcher.started();

  expect(launcher.screen).not.toContain('chosen-by-the-operator-1234');
  expect(launcher.screen).toContain('SLUICE_ADMIN_KEY');
  const url = `http://127.0.0.1:${env.SLUICE_ADMIN_PORT}/apisix/admin/routes`;
  const answer = await fetch(url, { headers: { 'x-api-key': 'chosen-by-the-operator-1234' } });
  expect(answer.status).toBe(200);
});

function asEnvironment(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ');
}

async function signIn(password: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${env.SLUICE_ADMIN_PORT}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  return response.status;
}

async function childPids(directory: string): Promise<number[]> {
  const files = (await readdir(join(directory, 'run'))).filter((name) => name.endsWith('.pid'));
  const texts = await Promise.all(files.map((name) => readFile(join(directory, 'run', name), 'utf8')));
  return texts.map((text) => Number.parseInt(/\d+/.exec(text)?.[0] ?? '', 10));
}

async function logsOf(directory: string): Promise<string> {
  const folder = join(directory, 'logs');
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('\n');
}
