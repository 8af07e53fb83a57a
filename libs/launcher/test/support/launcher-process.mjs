import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pollUntil } from '../../src/poll-until.mjs';
import { freePort } from '../../src/ports/listen-probe.mjs';
import { endProcess } from '../../src/process/end-process.mjs';
import { readPidFile } from '../../src/process/pid-file.mjs';

const launch = fileURLToPath(new URL('./launch.mjs', import.meta.url));
const WAIT_MS = 30_000;

/** A data directory with ports of its own, and everything that a test does to a launcher on it. */
export async function launcherBench({ user } = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-launcher-'));
  if (user) fs.chownSync(home, user.uid, user.gid);
  // Root's Postgres passes through as another user.
  else fs.chmodSync(home, 0o711);
  const variables = [
    'SLUICE_ADMIN_PORT',
    'SLUICE_GRPC_PORT',
    'SLUICE_HTTP_PORT',
    'SLUICE_HTTPS_PORT',
    'SLUICE_CONTROL_PORT',
    'SLUICE_METRICS_PORT',
  ];
  const ports = Object.fromEntries(await Promise.all(variables.map(async (name) => [name, String(await freePort())])));
  const events = path.join(home, 'events');
  const dataDir = path.join(home, 'data');
  const started = [];
  const env = { PATH: process.env.PATH, HOME: home, SLUICE_DATA_DIR: dataDir, FAKE_EVENTS: events, ...ports };

  return {
    home,
    dataDir,
    ports,
    start(extra = {}) {
      const launcher = startLauncher({ ...env, ...extra }, user);
      started.push(launcher);
      return launcher;
    },
    events: () => (fs.existsSync(events) ? fs.readFileSync(events, 'utf8').trim().split('\n') : []),
    recorded: (name) => readPidFile(path.join(dataDir, 'run', `${name}.pid`)),
    logs: () =>
      fs
        .readdirSync(path.join(dataDir, 'logs'))
        .map((file) => fs.readFileSync(path.join(dataDir, 'logs', file), 'utf8'))
        .join('\n'),
    async [Symbol.asyncDispose]() {
      for (const launcher of started) await launcher.kill();
      for (const name of ['dataplane', 'control-plane', 'postgres']) {
        const identity = readPidFile(path.join(dataDir, 'run', `${name}.pid`));
        if (identity) await endProcess(identity, { signals: ['SIGQUIT'], graceMs: 5000 });
      }
      fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function startLauncher(env, user) {
  const child = spawn(process.execPath, [launch], { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  let isOver = false;
  void exited.then(() => (isOver = true));
  return {
    pid: child.pid,
    exited,
    output: () => output,
    signal: (name) => child.kill(name),
    async says(text) {
      if ((await pollUntil(() => output.includes(text) || isOver, { timeoutMs: WAIT_MS })) && output.includes(text))
        return;
      throw new Error(`The launcher never said "${text}", but:\n${output}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
