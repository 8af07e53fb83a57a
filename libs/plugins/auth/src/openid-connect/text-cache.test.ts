import { afterEach, describe, expect, test } from 'vitest';
import { TextCache } from './text-cache.ts';

const made: TextCache<number>[] = [];

function newCache(): TextCache<number> {
  const cache = new TextCache<number>();
  made.push(cache);
  return cache;
}

/** Four million characters, which is what one cache may hold, in texts of 16 thousand. */
const textsOfOne = 256;
const textOf = (at: number, who = 'a') => `${who}${at}`.padEnd(16 * 1024, '.');

function fill(cache: TextCache<number>, who: string, count = textsOfOne): void {
  for (let at = 0; at < count; at += 1) cache.set(textOf(at, who), at);
}

afterEach(() => {
  for (const cache of made.splice(0)) cache.clear();
});

describe('what is not kept', () => {
  test('is a text that is longer than any token', () => {
    const cache = newCache();
    cache.set('x'.repeat(16 * 1024 + 1), 1);
    expect(cache.size).toBe(0);
  });

  test('is the oldest, where a cache is full', () => {
    const cache = newCache();
    fill(cache, 'a', textsOfOne + 1);
    expect([cache.size, cache.get(textOf(0)), cache.get(textOf(1))]).toEqual([textsOfOne, undefined, 1]);
  });

  test('is the oldest of all, where many caches are full together', () => {
    const caches = ['a', 'b', 'c', 'd', 'e'].map((who) => {
      const cache = newCache();
      fill(cache, who);
      return cache;
    });
    expect(caches.map(({ size }) => size)).toEqual([0, ...Array.from({ length: 4 }, () => textsOfOne)]);
  });

  test('is anything of a cache that was cleared, and others get its room', () => {
    const [first, second] = [newCache(), newCache()];
    fill(first, 'a');
    for (const who of ['b', 'c', 'd']) fill(newCache(), who);
    first.clear();
    fill(second, 'e');
    expect([first.size, ...made.slice(1).map(({ size }) => size)]).toEqual([
      0,
      ...Array.from({ length: 4 }, () => textsOfOne),
    ]);
  });
});

test('a text that is put in again has the new value, and is the youngest', () => {
  const cache = newCache();
  fill(cache, 'a');
  cache.set(textOf(0), 7);
  cache.set(textOf(0, 'b'), 8);
  expect([cache.get(textOf(0)), cache.get(textOf(1)), cache.size]).toEqual([7, undefined, textsOfOne]);
});
