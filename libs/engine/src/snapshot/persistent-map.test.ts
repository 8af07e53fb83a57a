import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

test('what was never set is not there', () => {
  const map = PersistentMap.empty<number>();
  expect(map.get('a')).toBeUndefined();
  expect(map.delete('a')).toBe(map);
  expect([...map.entries()]).toEqual([]);
});

test('an older map does not notice what happens to the newer ones', () => {
  const one = PersistentMap.empty<number>().set('a', 1);
  const two = one.set('a', 2).set('b', 3);
  const three = two.delete('a');
  expect([one.get('a'), one.get('b'), one.size]).toEqual([1, undefined, 1]);
  expect([two.get('a'), two.get('b'), two.size]).toEqual([2, 3, 2]);
  expect([three.get('a'), three.get('b'), three.size]).toEqual([undefined, 3, 1]);
});

test('a map that is made at once holds the last value of each key, and takes edits like any other', () => {
  const random = seededRandom(12);
  const entries = Array.from({ length: 5_000 }, (_, i) => [`key-${random.below(3000)}`, i] as const);
  const made = PersistentMap.from(entries);
  const model = new Map(entries);
  expect(made.size).toBe(model.size);
  expect(new Map(made.entries())).toEqual(model);
  const [[first]] = entries as [(typeof entries)[number]];
  const edited = made.set('another', 1).delete(first);
  expect([edited.get('another'), edited.get(first), edited.size]).toEqual([1, undefined, model.size]);
  expect([made.get('another'), made.get(first), made.size]).toEqual([undefined, model.get(first), model.size]);
});

test('after random edits it holds what a plain map holds, and so does every version on the way', () => {
  const random = seededRandom(11);
  const model = new Map<string, number>();
  const versions: [PersistentMap<number>, Map<string, number>][] = [];
  let map = PersistentMap.empty<number>();
  for (let i = 0; i < 20_000; i += 1) {
    const key = `key-${random.below(3000)}`;
    if (random.oneIn(3)) {
      map = map.delete(key);
      model.delete(key);
    } else {
      map = map.set(key, i);
      model.set(key, i);
    }
    if (i % 2500 === 0) versions.push([map, new Map(model)]);
  }
  for (const [version, expected] of [...versions, [map, model] as const]) {
    expect(version.size).toBe(expected.size);
    expect(new Map(version.entries())).toEqual(expected);
    for (let i = 0; i < 3000; i += 1) expect(version.get(`key-${i}`)).toBe(expected.get(`key-${i}`));
  }
});
