import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pollUntil } from '../src/poll-until.mjs';
import { endProcess } from '../src/process/end-process.mjs';
import { takeLock } from '../src/process/machine-lock.mjs';
import { readPidFile, writePidFile } from '../src/process/pid-file.mjs';
import { identify, isAlive } from '../src/process/process-identity.mjs';
import { endRecorded } from '../src/supervise/supervise.mjs';

const how = { signals: ['SIGTERM'], graceMs: 2000 };

function pidFile() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-pid-'));
  return { file: path.join(directory, 'x.pid'), [Symbol.dispose]: () => fs.rmSync(directory, { recursive: true }) };
}

function sleeper(script = 'exec sleep 600') {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  return { child, pid: child.pid, [Symbol.dispose]: () => process.kill(-child.pid, 'SIGKILL') };
}

test('a process that only reuses a recorded number is not ended', async () => {
  using recorded = pidFile();
  using innocent = sleeper();
  const { bootId } = identify(innocent.pid);
  fs.writeFileSync(recorded.file, `${innocent.pid} 1 ${bootId}\n`);

  await endRecorded(recorded.file, { stopSignals: ['SIGTERM'] }, {});

  expect(identify(innocent.pid)).not.toBeNull();
  expect(fs.existsSync(recorded.file)).toBe(false);
});

test('a process recorded before the last boot is not ended, though number and start time are the same', async () => {
  using recorded = pidFile();
  using innocent = sleeper();
  fs.writeFileSync(recorded.file, `${innocent.pid} ${identify(innocent.pid).startTime} another-boot\n`);

  await endRecorded(recorded.file, { stopSignals: ['SIGTERM'] }, {});

  expect(identify(innocent.pid)).not.toBeNull();
});

test.each(['', 'garbage', '12', '-1 5 boot', '0 5 boot'])('a torn pid file (%j) names nobody', (text) => {
  using recorded = pidFile();
  fs.writeFileSync(recorded.file, text);

  expect(readPidFile(recorded.file)).toBeNull();
});

test('the recorded process is ended', async () => {
  using recorded = pidFile();
  const { child, pid } = sleeper();
  writePidFile(recorded.file, pid);

  await endRecorded(recorded.file, { stopSignals: ['SIGTERM'] }, {});

  await pollUntil(() => child.signalCode !== null, { timeoutMs: 2000 });
  expect(child.signalCode).toBe('SIGTERM');
});

test('a zombie counts as dead', async () => {
  // The shell becomes a sleep, which never waits for the child of the shell.
  using parent = sleeper('sleep 600 & echo $!; exec sleep 600');
  const zombie = Number(await new Promise((resolve) => parent.child.stdout.once('data', resolve)));
  const nameOf = () => fs.readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
  expect(await pollUntil(() => nameOf() === 'sleep', { timeoutMs: 5000 })).toBe(true);
  process.kill(zombie);
  const stateOf = () => fs.readFileSync(`/proc/${zombie}/stat`, 'utf8').split(') ')[1][0];
  expect(await pollUntil(() => stateOf() === 'Z', { timeoutMs: 5000 })).toBe(true);

  expect(identify(zombie)).toBeNull();
  expect(isAlive({ pid: zombie, startTime: '1', bootId: '-' })).toBe(false);
});

test('whoever ignores the signal is killed with its whole group when its time is over', async () => {
  const { child, pid } = sleeper("trap '' TERM; sleep 600 & echo $!; while true; do wait; done");
  const grandchild = identify(Number(await new Promise((resolve) => child.stdout.once('data', resolve))));

  expect(await endProcess(identify(pid), { ...how, graceMs: 100 })).toBe(false);

  expect(await pollUntil(() => !isAlive(grandchild), { timeoutMs: 5000 })).toBe(true);
});

test('a forced end does not wait for the rest of the time', async () => {
  const { child, pid } = sleeper("trap '' TERM; echo ready; while true; do sleep 0.1; done");
  await new Promise((resolve) => child.stdout.once('data', resolve));

  expect(await endProcess(identify(pid), { ...how, graceMs: 3_600_000, force: AbortSignal.abort() })).toBe(false);
});

test('a lock is held once, tells who holds it, and is free after its release', async () => {
  const subject = `test ${randomUUID()}`;
  const first = await takeLock(subject, { pid: 7 });

  expect(await takeLock(subject, { pid: 8 })).toEqual({ holder: { pid: 7 } });
  await first.lock.release();
  const third = await takeLock(subject, { pid: 9 });
  expect(third).toHaveProperty('lock');
  await third.lock.release();
});
