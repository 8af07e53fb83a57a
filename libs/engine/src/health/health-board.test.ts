import { seededRandom } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { HealthBoard, type TargetKey, targetKey } from './health-board.ts';
import { downWord } from './target-state.ts';

describe('the board of target states', () => {
  test('a target that nobody watches is taken for well', () => {
    const board = new HealthBoard();
    expect(board.find(targetKey('a'))).toBe(-1);
    expect(board.isServing(-1)).toBe(true);
  });

  test('whoever shares the memory sees the same states, and the version says that something changed', () => {
    const owner = new HealthBoard();
    const slot = owner.claim(targetKey('a'), 0);
    const worker = new HealthBoard(owner.buffer);
    const before = worker.version;
    expect(owner.record(slot, 'tcp', 2)).toBe(false);
    expect(worker.version).toBe(before);
    expect(worker.record(worker.find(targetKey('a')), 'tcp', 2)).toBe(true);
    expect(owner.version).not.toBe(before);
    expect(owner.isServing(slot)).toBe(false);
  });

  test('a full board says so and goes on with what it has', () => {
    const board = new HealthBoard(HealthBoard.createBuffer(8));
    const slots = Array.from({ length: 9 }, (_, i) => board.claim(targetKey(`t${i}`), 0));
    expect(slots.filter((slot) => slot >= 0)).toHaveLength(6);
    expect(board.claim(targetKey('t0'), downWord)).toBe(slots[0]);
    board.release(slots[0] ?? -1);
    expect(board.claim(targetKey('another'), 0)).toBeGreaterThanOrEqual(0);
  });

  test('through any coming and going each target keeps its own state (seeded)', () => {
    const random = seededRandom(99);
    const board = new HealthBoard(HealthBoard.createBuffer(64));
    const held = new Map<TargetKey, { slot: number; word: number }>();
    // Half of them begin their search at the same place.
    const keys = Array.from({ length: 60 }, (_, i) => ({
      high: (i + 1) * 8,
      low: i % 2 === 0 ? 63 : random.below(64),
    }));
    for (let step = 0; step < 20_000; step += 1) {
      const key = random.pick(keys);
      const known = held.get(key);
      if (known) {
        board.release(known.slot);
        held.delete(key);
      } else {
        const word = random.pick([0, downWord]);
        const slot = board.claim(key, word);
        if (slot >= 0) held.set(key, { slot, word });
      }
      const probe = random.pick(keys);
      expect(board.find(probe), `step ${step}`).toBe(held.get(probe)?.slot ?? -1);
    }
    for (const { slot, word } of held.values()) expect(board.word(slot)).toBe(word);
    expect(held.size).toBeGreaterThan(10);
  });
});
