import { expect, test } from 'vitest';
import { RoundRobin } from './round-robin.ts';

function node(name: string, weight: number, priority = 0) {
  return { name, weight, priority };
}

function picks(nodes: ReturnType<typeof node>[], count: number): string {
  const balancer = new RoundRobin(nodes);
  return Array.from({ length: count }, () => balancer.pick(null)?.name).join('');
}

test('without nodes, or with weights of zero, there is nothing to pick', () => {
  expect(new RoundRobin([]).pick(null)).toBeNull();
  expect(new RoundRobin([node('a', 0)]).pick(null)).toBeNull();
});

test('weights are kept exactly, and heavy nodes do not come in a row', () => {
  expect(picks([node('a', 5), node('b', 1), node('c', 1)], 7)).toBe('aabacaa');
  expect(picks([node('a', 1), node('b', 1), node('z', 0)], 4)).toBe('abab');
});

test('what was tried is left out, and lower priorities come last', () => {
  const [a, b, spare] = [node('a', 1, 1), node('b', 1, 1), node('spare', 1)];
  const balancer = new RoundRobin([spare, a, b]);
  const tried: ReturnType<typeof node>[] = [];
  for (let next = balancer.pick(tried); next; next = balancer.pick(tried)) tried.push(next);
  expect(tried.map(({ name }) => name)).toEqual(['a', 'b', 'spare']);
});
