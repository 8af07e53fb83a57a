import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BatchQueue, type BatchOptions } from './batch-queue.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A queue whose sink keeps what it gets. */
function queueOf(options: Partial<BatchOptions<number>> = {}) {
  const sent: (readonly number[])[] = [];
  const lost: [readonly number[], string][] = [];
  const queue = new BatchQueue<number>({
    sizeMax: 3,
    idleMs: 5_000,
    ageMs: 12_000,
    retries: 0,
    retryDelayMs: 0,
    pendingMax: 100,
    deliver: (batch) => Promise.resolve(void sent.push(batch)),
    onLost: (entries, why) => void lost.push([entries, why]),
    ...options,
  });
  return { queue, sent, lost };
}

describe('entries are lost', () => {
  test('beyond what may wait, while a sink never answers', async () => {
    const { queue, lost } = queueOf({ pendingMax: 4, deliver: () => new Promise(() => undefined) });
    for (let entry = 0; entry < 6; entry += 1) queue.push(entry);
    expect(lost).toEqual([
      [[4], 'too many entries wait'],
      [[5], 'too many entries wait'],
    ]);
    const closed = queue.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closed;
    expect(lost.at(-1)).toEqual([[0, 1, 2, 3], 'the configuration has ended']);
  });

  test('beyond what all that waits may weigh', async () => {
    const { queue, sent, lost } = queueOf({ pendingBytesMax: 10 });
    queue.push(1, 6);
    queue.push(2, 5);
    queue.push(3, 4);
    await queue.close();
    queue.push(4, 10);
    expect(lost).toEqual([[[2], 'too many entries wait']]);
    expect(sent).toEqual([[1, 3], [4]]);
  });

  test('once, where the last try fails after the end', async () => {
    const answers: (() => void)[] = [];
    const deliver = () => new Promise<void>((_resolve, reject) => answers.push(() => reject(new Error('late'))));
    const { queue, lost } = queueOf({ deliver });
    queue.push(1);
    const closed = queue.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closed;
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(lost).toEqual([[[1], 'the configuration has ended']]);
  });

  test('after the last try', async () => {
    let tries = 0;
    const deliver = () => Promise.reject(new Error(`no ${(tries += 1)}`));
    const { queue, lost } = queueOf({ sizeMax: 2, retries: 2, deliver });
    queue.push(1);
    queue.push(2);
    await queue.close();
    expect(lost).toEqual([[[1, 2], 'no 3']]);
  });
});

test('a full batch leaves at once, the rest after a while without new entries', async () => {
  const { queue, sent } = queueOf();
  for (const entry of [1, 2, 3, 4]) queue.push(entry);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(sent).toEqual([[1, 2, 3]]);
  queue.push(5);
  await vi.advanceTimersByTimeAsync(4_900);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('the oldest entry waits no longer than it may, however many come', async () => {
  const { queue, sent } = queueOf({ sizeMax: 100 });
  for (let second = 0; second < 12; second += 4) {
    queue.push(second);
    await vi.advanceTimersByTimeAsync(4_000);
  }
  expect(sent).toEqual([[0, 4, 8]]);
});

test('what waits is sent at the end, one batch after the other', async () => {
  const { queue, sent, lost } = queueOf({ sizeMax: 1 });
  for (const entry of [1, 2, 3]) queue.push(entry);
  await queue.close();
  expect([sent, lost]).toEqual([[[1], [2], [3]], []]);
});

test('a batch that weighs enough leaves at once', () => {
  const { queue, sent } = queueOf({ bytesMax: 10 });
  queue.push(1, 4);
  queue.push(2, 6);
  expect(sent).toEqual([[1, 2]]);
});

test('as many batches are under way as may be, the others wait', async () => {
  const answers: (() => void)[] = [];
  const underWay: (readonly number[])[] = [];
  const deliver = (batch: readonly number[]) => {
    underWay.push(batch);
    return new Promise<void>((resolve) => answers.push(resolve));
  };
  const { queue } = queueOf({ sizeMax: 1, parallelMax: 2, deliver });
  for (const entry of [1, 2, 3]) queue.push(entry);
  expect(underWay).toEqual([[1], [2]]);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(underWay).toEqual([[1], [2], [3]]);
});
