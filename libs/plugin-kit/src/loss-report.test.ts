import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Metric } from './kit.ts';
import { LossReport } from './loss-report.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('every loss is counted, and the log has a line for the first and one every ten seconds for the others', () => {
  const lines: object[] = [];
  const counted: number[] = [];
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (_text: string, fields?: object) => void lines.push({ ...fields }),
  };
  const metric = {
    record: (_labels: readonly string[], value: number) => void counted.push(value),
  } as Partial<Metric> as Metric;
  const report = new LossReport(log, { message: 'lost', fields: { plugin: 'p' }, metric, labels: ['p'] });

  report.add(1, 'a');
  for (let at = 0; at < 5; at += 1) report.add(2, 'b');
  expect(lines).toEqual([{ plugin: 'p', count: 1, why: 'a' }]);
  vi.advanceTimersByTime(10_000);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toEqual({ plugin: 'p', count: 10, why: 'b' });

  vi.advanceTimersByTime(20_000);
  expect(lines).toHaveLength(2);
  report.add(1, 'c');
  expect(lines[2]).toEqual({ plugin: 'p', count: 1, why: 'c' });
  expect(counted).toEqual([1, 2, 2, 2, 2, 2, 1]);

  report.add(4, 'd');
  report.close();
  report.close();
  expect(lines.slice(3)).toEqual([{ plugin: 'p', count: 4, why: 'd' }]);
});
