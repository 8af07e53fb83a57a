import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pollUntil } from '../src/poll-until.mjs';
import { identify, isAlive } from '../src/process/process-identity.mjs';
import { runCommand } from '../src/run-command.mjs';

test('a command that cannot be started is named', async () => {
  await expect(runCommand('/nowhere/npm', [])).rejects.toThrow('/nowhere/npm could not be started');
});

test('of a long output both ends are kept', async () => {
  const { ok, code, output } = await runCommand('sh', ['-c', 'seq 1 1000; echo the end >&2; exit 3']);

  expect([ok, code]).toEqual([false, 3]);
  expect(output).toMatch(/^1\n2\n[^]*\n\.\.\. \(\d+ lines\)\n[^]*\n1000\nthe end$/);
});

test('an interrupted command ends with all that it started, even if it does not want to', async () => {
  const interrupt = new AbortController();
  const script = `trap '' TERM; sleep 600 & echo "$$ $!" > "$0"; while true; do wait; done`;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-command-'));
  const file = `${directory}/pids`;
  const run = runCommand('sh', ['-c', script, file], { signal: interrupt.signal });
  const isWritten = () => fs.existsSync(file) && fs.readFileSync(file, 'utf8').endsWith('\n');
  await pollUntil(isWritten, { timeoutMs: 5000 });
  const processes = fs
    .readFileSync(file, 'utf8')
    .trim()
    .split(' ')
    .map((pid) => identify(Number(pid)));
  fs.rmSync(directory, { recursive: true });

  interrupt.abort(new Error('enough'));

  await expect(run).rejects.toThrow('enough');
  expect(await pollUntil(() => !processes.some(isAlive), { timeoutMs: 5000 })).toBe(true);
});
