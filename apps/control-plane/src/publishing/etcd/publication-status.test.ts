import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PublicationLedger, PublicationReport } from './publication-ledger.ts';
import { PublicationStatus } from './publication-status.ts';

const trouble = { reason: 'etcd cannot be reached.', isEtcd: true };

let told: PublicationReport[];
let revision: number;
let status: PublicationStatus;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  told = [];
  revision = 1;
  const ledger = { report: (_id: number, report: PublicationReport) => Promise.resolve(void told.push(report)) };
  const head = () => ({ revision, digest: '', count: 0, epoch: 3 });
  status = new PublicationStatus(1, ledger as unknown as PublicationLedger, head);
});
afterEach(() => {
  vi.useRealTimers();
});

test('trouble, and its end, are told at once', async () => {
  await status.tell(null);
  await status.tell(trouble);
  await status.tell(null);
  expect(told.map(({ connected, reason }) => [connected, reason])).toEqual([
    [true, null],
    [false, trouble.reason],
    [true, null],
  ]);
});

test('under a burst of revisions the newest is told once a second', async () => {
  await status.tell(null);
  for (revision = 2; revision < 50; revision += 1) expect(await status.tell(null)).toBe(1_000);
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  await status.tell(null);
  expect(told.map(({ head_revision: head }) => head)).toEqual([1, 50]);
});

test('where nothing changes a sign of life is given all the same, and seldom', async () => {
  await status.tell(null);
  expect(await status.tell(null)).toBe(5_000);
  vi.advanceTimersByTime(5_000);
  await status.tell(null);
  expect(told).toHaveLength(2);
});
