import { seededRandom } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { balancer, node, nodes, shares, source, TestHealth, tries } from './fixtures/test-balancer.ts';

const picks = (of: ReturnType<typeof balancer>, count: number): string =>
  Array.from({ length: count }, () => of.pick(null, source())?.name).join('');

describe('round robin', () => {
  test('without nodes, or with weights of zero, there is nothing to pick', () => {
    expect(balancer([]).pick(null, source())).toBeNull();
    expect(balancer([node('a', 0), node('b', 0)]).pick(null, source())).toBeNull();
  });

  test('weights are kept exactly, and heavy nodes do not come in a row', () => {
    expect(picks(balancer([node('a', 5), node('b', 1), node('c', 1)]), 7)).toBe('aabacaa');
    expect(picks(balancer([node('a', 1), node('b', 1), node('z', 0)]), 4)).toBe('abab');
  });

  test('no node comes twice in one request', () => {
    expect(tries(balancer([node('a', 9), node('b', 1), node('c', 3)])).toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('each node has exactly its share of a whole cycle, whatever the weights and the number of nodes', () => {
    const random = seededRandom(20_261_121);
    for (let round = 0; round < 60; round += 1) {
      const list = Array.from({ length: 1 + random.below(80) }, (_, i) => node(`n${i}`, random.below(9)));
      const total = list.reduce((sum, { weight }) => sum + weight, 0);
      const hits = shares(balancer(list, { startsAnywhere: true, seed: round + 1 }), total * 4);
      for (const { name, weight } of list) {
        const deviation = Math.abs((hits.get(name) ?? 0) - weight * 4);
        expect(deviation, `${name} of ${list.length} in round ${round}`).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a change of something else does not begin the cycle anew', () => {
    const list = [node('a', 5), node('b', 1), node('c', 1)];
    const before = balancer(list);
    expect(picks(before, 3)).toBe('aab');
    expect(picks(balancer(list, { previous: before }), 4)).toBe('acaa');
  });

  test('a node that is added gets its share from now on, and no more to catch up', () => {
    const before = balancer([node('a', 3), node('b', 3)]);
    shares(before, 1001);
    const hits = shares(balancer([node('a', 3), node('b', 3), node('new', 3)], { previous: before }), 30);
    expect(hits.get('new')).toBeGreaterThanOrEqual(9);
    expect(hits.get('new')).toBeLessThanOrEqual(11);
  });

  test('many routes that begin now do not all begin with the same node', () => {
    const list = nodes(4);
    const first = Array.from({ length: 40 }, (_, i) =>
      balancer(list, { startsAnywhere: true, seed: i * 7919 + 1 }).pick(null, source()),
    );
    expect(new Set(first).size).toBe(4);
  });
});

describe('round robin of a thousand nodes', () => {
  test('those that are tried or down are left out, and come back with the rest', () => {
    const health = new TestHealth();
    const list = nodes(1000);
    const of = balancer(list, { health });
    const down = list.slice(0, 400).map(({ name }) => name);
    health.take(...down);
    const hits = shares(of, 1200);
    expect(hits.size).toBe(600);
    expect(Math.max(...hits.values())).toBeLessThanOrEqual(3);

    health.giveBack(...down);
    shares(of, 1000);
    const after = shares(of, 2000);
    expect(after.size).toBe(1000);
    expect(Math.max(...after.values())).toBeLessThanOrEqual(3);
    expect(new Set(tries(of)).size).toBe(1000);
  });

  test('a node that leaves or comes leaves the turns of the others alone', () => {
    const list = nodes(100, 3);
    const before = balancer(list);
    shares(before, 150);
    const after = balancer([...list.slice(1), node('new', 3)], { previous: before });
    const hits = shares(after, 300);
    expect(hits.size).toBe(100);
    expect(Math.max(...hits.values())).toBeLessThanOrEqual(4);
  });
});
