import { NodeConcurrency } from '@sluice/counters';
import { seededRandom } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import type { BalancedNode } from './balancer.ts';
import { balancerFor } from './balancing.ts';
import { balancer, node, nodes, source, TestClock } from './fixtures/test-balancer.ts';
import { FastRandom } from './random.ts';

describe('least connections', () => {
  const type = 'least_conn';

  test('the node with the fewest requests for its weight is next', () => {
    const of = balancer([node('small', 1), node('large', 3)], { type });
    const begun: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      const chosen = of.pick(null, source()) as BalancedNode;
      of.began(chosen);
      begun.push(chosen.name);
    }
    expect(begun.filter((name) => name === 'large')).toHaveLength(6);
  });

  test('idle nodes of one weight take turns', () => {
    const of = balancer(nodes(4), { type });
    const names = Array.from({ length: 8 }, () => of.pick(null, source())?.name);
    expect(new Set(names.slice(0, 4)).size).toBe(4);
    expect(names.slice(4)).toEqual(names.slice(0, 4));
  });

  test('requests under way are still counted after a change of the configuration', () => {
    const [a, b] = [node('a'), node('b')];
    const before = balancer([a, b], { type });
    for (let i = 0; i < 3; i += 1) before.began(a);
    const after = balancer([node('a'), node('b')], { type, previous: before });
    expect(after.pick(null, source())?.name).toBe('b');
    for (let i = 0; i < 3; i += 1) before.ended(a);
    expect([after.pick(null, source())?.name, after.pick(null, source())?.name].toSorted()).toEqual(['a', 'b']);
  });

  test.each([5, 500])('requests that end in any order leave %i nodes evenly busy (seeded)', (count) => {
    const random = seededRandom(count);
    const of = balancer(nodes(count), { type });
    const open: BalancedNode[] = [];
    const busy = new Map<string, number>();
    const change = (chosen: BalancedNode, by: number) => busy.set(chosen.name, (busy.get(chosen.name) ?? 0) + by);
    for (let step = 0; step < count * 40; step += 1) {
      if (open.length > count * 10 && !random.oneIn(3)) {
        const [done] = open.splice(random.below(open.length), 1);
        if (done) of.ended(done);
        if (done) change(done, -1);
      } else {
        const chosen = of.pick(null, source()) as BalancedNode;
        of.began(chosen);
        open.push(chosen);
        change(chosen, 1);
      }
    }
    const average = open.length / count;
    expect(Math.max(...busy.values())).toBeLessThan(average * 1.8 + 2);
  });
});

describe('least connections of several workers', () => {
  test('what other workers have under way counts too, and is forgotten with a worker that dies', async () => {
    const clock = new TestClock();
    const buffer = NodeConcurrency.createBuffer({ lanes: 2 });
    const worker = (lane: number) => {
      const tools = { now: () => clock.ms, random: new FastRandom(1), startsAnywhere: false };
      const balancing = { tools, board: null, concurrency: new NodeConcurrency(buffer, lane) };
      const [a, b] = [node('a'), node('b')];
      const spec = { type: 'least_conn' };
      return {
        a,
        of: balancerFor({ owner: 'upstream/1', spec, nodes: [a, b], health: null, previous: null }, balancing),
      };
    };
    const [first, second] = [worker(0), worker(1)];
    first.of.began(first.a);
    first.of.began(first.a);
    for (let i = 0; i < 4; i += 1) expect(second.of.pick(null, source())?.name).toBe('b');
    NodeConcurrency.dropLane(buffer, 0);
    clock.ms += 1000;
    const names = [second.of.pick(null, source())?.name, second.of.pick(null, source())?.name];
    expect(names.toSorted()).toEqual(['a', 'b']);
  });
});

describe('ewma', () => {
  const type = 'ewma';

  /** Answers requests one after the other, each in the time of its node. */
  function run(of: ReturnType<typeof balancer>, clock: TestClock, ms: Record<string, number>, count: number) {
    const names: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const chosen = of.pick(null, source()) as BalancedNode;
      of.began(chosen);
      clock.ms += ms[chosen.name] ?? 0;
      of.timed(chosen, ms[chosen.name] ?? 0, false);
      of.ended(chosen);
      names.push(chosen.name);
    }
    return names;
  }

  test('a node that is slower is measured once and then left alone', () => {
    const clock = new TestClock();
    const of = balancer([node('slow'), node('fast')], { type, clock });
    const names = run(of, clock, { slow: 200, fast: 100 }, 12);
    expect(names.filter((name) => name === 'slow')).toHaveLength(1);
  });

  test('a node that was slow is tried again when that is long ago', () => {
    const clock = new TestClock();
    const of = balancer([node('slow'), node('fast')], { type, clock });
    run(of, clock, { slow: 200, fast: 10 }, 20);
    clock.ms += 60_000;
    expect(run(of, clock, { slow: 10, fast: 10 }, 40)).toContain('slow');
  });

  test('a peak counts at once', () => {
    const clock = new TestClock();
    const list = [node('a'), node('b')];
    const of = balancer(list, { type, clock });
    run(of, clock, { a: 10, b: 12 }, 10);
    of.timed(list[0] as BalancedNode, 500, false);
    expect(run(of, clock, { a: 500, b: 12 }, 10)).toEqual(Array(10).fill('b'));
  });

  test('requests that wait for an answer count against a node', () => {
    const clock = new TestClock();
    const list = [node('a'), node('b')];
    const of = balancer(list, { type, clock });
    run(of, clock, { a: 10, b: 11 }, 10);
    for (let i = 0; i < 5; i += 1) of.began(list[0] as BalancedNode);
    expect(of.pick(null, source())?.name).toBe('b');
  });

  test('a node that leaves and comes back is known again', () => {
    const clock = new TestClock();
    const both = balancer([node('a'), node('slow')], { type, clock });
    run(both, clock, { a: 10, slow: 200 }, 10);
    const without = balancer([node('a')], { type, clock, previous: both });
    const again = balancer([node('a'), node('slow')], { type, clock, previous: without });
    expect(run(again, clock, { a: 10, slow: 200 }, 20)).not.toContain('slow');
  });

  test('a newcomer gets its part, and not everything', () => {
    const clock = new TestClock();
    const before = balancer([node('a'), node('b'), node('c')], { type, clock });
    run(before, clock, { a: 50, b: 50, c: 50 }, 60);
    const after = balancer([node('a'), node('b'), node('c'), node('new')], { type, clock, previous: before });
    const names = Array.from({ length: 300 }, () => after.pick(null, source())?.name);
    const share = names.filter((name) => name === 'new').length / names.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.6);
  });
});
