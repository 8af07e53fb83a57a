import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageOf } from './process-tree.ts';
import { writeLoadScript } from './saturate.ts';
import { median, percentile } from './statistics.ts';
import { threadNanosOf } from './thread-time.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
});

test('a percentile is a value that occurred, and its share of the values is not greater', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile(values, 1)).toBe(100);
  expect(percentile([7], 0.5)).toBe(7);
});

test('what a child of a child computes is counted', async () => {
  const busy = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; read -r line';
  const parent = spawn('sh', ['-c', `sh -c '${busy}'; true`], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(parent.stdout, 'data');

  const usage = await usageOf(parent.pid ?? 0);
  parent.stdin.end();
  await once(parent, 'exit');

  expect(usage.cpuMs).toBeGreaterThan(20);
  expect(usage.rssBytes).toBeGreaterThan(500_000);
});

test('a process that is gone is an error, not a zero', async () => {
  const child = spawn('true');
  await once(child, 'exit');

  await expect(usageOf(child.pid ?? 0)).rejects.toThrow('is gone');
});

test('the time of threads grows by what they compute', async () => {
  const before = await threadNanosOf(process.pid);
  const end = performance.now() + 50;
  while (performance.now() < end);

  const nanos = (await threadNanosOf(process.pid)) - before;
  expect(nanos).toBeGreaterThan(1_000_000);
  expect(nanos).toBeLessThan(60_000_000_000);
});

test('a load of more requests than a function of Lua can hold is made in several', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-load-'));
  const requests = Array.from({ length: 2500 }, (_, i) => ({ method: 'GET' as const, path: `/${i}`, headers: {} }));
  await writeLoadScript(join(folder, 'load.lua'), requests, 'in turn');
  const text = await readFile(join(folder, 'load.lua'), 'utf8');
  await rm(folder, { recursive: true });

  expect(text.split('(function()')).toHaveLength(4);
  expect(text.match(/wrk\.format/g)).toHaveLength(2500);
  expect(text).toContain('at=at%2500+1');
});
