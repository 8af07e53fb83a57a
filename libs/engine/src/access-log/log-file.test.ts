import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

let folder: string;
const troubles: string[] = [];
const onTrouble = (reason: string) => void troubles.push(reason);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  troubles.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a place that cannot be written is said at once', () => {
  expect(() => LogFile.open(join(folder, 'missing', 'access.log'), { onTrouble })).toThrow('ENOENT');
});

test('a disk that is full loses lines, which are counted, and says so once', async () => {
  const log = LogFile.open('/dev/full', { onTrouble });
  for (let i = 0; i < 10; i += 1) log.append(`line ${i}\n`);
  await log.idle();
  log.append('one more\n');
  await log.idle();

  expect(log.dropped).toBe(11);
  expect(troubles).toHaveLength(1);
});

test('when nobody reads, lines are dropped and counted while the rest goes on', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  // Both ends open, so that opening waits for nobody.
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const log = LogFile.open(path, { onTrouble });
  const line = `${'x'.repeat(1_000)}\n`;

  for (let i = 0; i < 20_000; i += 1) log.append(line);

  expect(log.dropped).toBeGreaterThan(1_000);
  const kept = 20_000 - log.dropped;
  const buffer = Buffer.alloc(1_001 * 1_000);
  let read = 0;
  while (read < kept * line.length) {
    read += readNow(reader, buffer);
    await new Promise(setImmediate);
  }
  await log.idle();
  closeSync(reader);
  expect(read).toBe(kept * line.length);
});

test('after the file was moved away and the log reopened, no line is lost and new ones are in the new file', async () => {
  const path = join(folder, 'access.log');
  const log = LogFile.open(path, { onTrouble });
  for (let i = 0; i < 1_000; i += 1) log.append(`before ${i}\n`);
  renameSync(path, `${path}.1`);
  log.reopen();
  for (let i = 0; i < 1_000; i += 1) log.append(`after ${i}\n`);
  await log.idle();

  const all = `${readFileSync(`${path}.1`, 'utf8')}${readFileSync(path, 'utf8')}`.trim().split('\n');
  expect(all).toEqual([
    ...Array.from({ length: 1_000 }, (_, i) => `before ${i}`),
    ...Array.from({ length: 1_000 }, (_, i) => `after ${i}`),
  ]);
  expect(readFileSync(path, 'utf8')).toContain('after 999');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('several writers append to one file without mixing their lines', async () => {
  const path = join(folder, 'access.log');
  const script = `
    import { LogFile } from ${JSON.stringify(new URL('./log-file.ts', import.meta.url).href)};
    const log = LogFile.open(process.argv[1], { onTrouble: () => {} });
    for (let i = 0; i < 20000; i += 1) { log.append(process.argv[2].repeat(60) + '\\n'); if (i % 500 === 0) await new Promise(setImmediate); }
    await log.idle();`;
  const writers = ['a', 'b', 'c'].map((letter) =>
    spawn(process.execPath, ['--input-type=module', '-e', script, path, letter], { stdio: 'inherit' }),
  );
  await Promise.all(writers.map((writer) => new Promise((resolve) => writer.on('exit', resolve))));

  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(60_000);
  expect(lines.filter((line) => !/^(a{60}|b{60}|c{60})$/.test(line))).toEqual([]);
});

test('standard output is written to also where it is a socket, as for a child process', async () => {
  const script = `
    import { LogFile } from ${JSON.stringify(new URL('./log-file.ts', import.meta.url).href)};
    const log = LogFile.open('/dev/stdout', { onTrouble: (reason) => console.error(reason) });
    for (let i = 0; i < 5000; i += 1) log.append('line ' + i + '\\n');
    log.reopen();
    log.append('last\\n');
    await log.idle();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));

  const lines = text.trim().split('\n');
  expect(lines).toHaveLength(5_001);
  expect(lines.at(-1)).toBe('last');
});

/** What is there to read; nothing where that would mean to wait. */
function readNow(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
