import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ProbeBounds, type Probed, ProbeSchedule } from './probe-schedule.ts';

interface TestProbed extends Probed {
  readonly name: string;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const group = (concurrency = 100) => ({ inFlight: 0, concurrency, waiting: [] });
const probed = (name: string, of = group()): TestProbed => ({ name, group: of, appointment: 0 });

/** Resolves on the fake clock. */
function endsAfter(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    clearInterval(timer);
    resolve();
  }, ms);
  return promise;
}

/** A schedule whose probes take `ms`, and what it began. */
function schedule(bounds: Partial<ProbeBounds> = {}, ms = 0) {
  const begun: string[] = [];
  const state = { inFlight: 0, most: 0 };
  const of = new ProbeSchedule<TestProbed>(
    { inFlightMax: 100, perSecondMax: 1000, ...bounds },
    Date.now,
    async (one) => {
      begun.push(one.name);
      state.inFlight += 1;
      state.most = Math.max(state.most, state.inFlight);
      await endsAfter(ms);
      state.inFlight -= 1;
    },
  );
  return { of, begun, state };
}

describe('the schedule of probes', () => {
  test('begins what is due in order, and nothing earlier', async () => {
    const { of, begun } = schedule();
    for (const [name, inMs] of [
      ['c', 300],
      ['a', 100],
      ['b', 200],
    ] as const)
      of.appoint(probed(name), inMs);
    await vi.advanceTimersByTimeAsync(99);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(250);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('what is moved or cancelled does not keep its old appointment', async () => {
    const { of, begun } = schedule();
    const [moved, cancelled] = [probed('moved'), probed('cancelled')];
    of.appoint(moved, 100);
    of.appoint(moved, 500);
    of.appoint(cancelled, 100);
    of.cancel(cancelled);
    await vi.advanceTimersByTimeAsync(400);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(begun).toEqual(['moved']);
  });

  test('however many are due, no more begin in a second than may, and all get their turn', async () => {
    const { of, begun } = schedule({ perSecondMax: 200 });
    for (let i = 0; i < 1000; i += 1) of.appoint(probed(`p${i}`), 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun.length).toBeGreaterThan(100);
    expect(begun.length).toBeLessThanOrEqual(211);
    await vi.advanceTimersByTimeAsync(8000);
    expect(new Set(begun).size).toBe(1000);
  });

  test('no more are under way than may, altogether and in a group', async () => {
    const all = schedule({ inFlightMax: 5 }, 50);
    const few = group(2);
    const grouped = schedule({}, 50);
    for (let i = 0; i < 20; i += 1) all.of.appoint(probed(`p${i}`), 0);
    for (let i = 0; i < 20; i += 1) grouped.of.appoint(probed(`p${i}`, few), 0);
    await vi.advanceTimersByTimeAsync(5000);
    expect([all.state.most, all.begun.length]).toEqual([5, 20]);
    expect([grouped.state.most, grouped.begun.length]).toEqual([2, 20]);
  });

  test('what is cancelled while it waits for its group is skipped, and the next one is not', async () => {
    const { of, begun } = schedule({}, 50);
    const few = group(1);
    const [first, gone, last] = ['first', 'gone', 'last'].map((name) => probed(name, few));
    for (const one of [first, gone, last]) if (one) of.appoint(one, 0);
    await vi.advanceTimersByTimeAsync(10);
    if (gone) of.cancel(gone);
    await vi.advanceTimersByTimeAsync(200);
    expect(begun).toEqual(['first', 'last']);
  });

  test('after its end nothing begins', async () => {
    const { of, begun } = schedule();
    of.appoint(probed('a'), 10);
    of.close();
    of.appoint(probed('b'), 10);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual([]);
  });
});
