import { seededRandom } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { balancer, node, shares, source, TestHealth, tries } from './fixtures/test-balancer.ts';

const types = ['roundrobin', 'chash', 'least_conn', 'ewma'];
const mixed = [node('spare', 1, -1), node('a', 2, 5), node('b', 1, 5), node('c', 1), node('off', 0, 9)];

describe.each(types)('every balancer: %s', (type) => {
  const settings = { type, key: 'uri' };

  test('a weight of zero takes no traffic, not even when all others were tried', () => {
    expect(tries(balancer(mixed, settings))).not.toContain('off');
    expect(balancer([node('off', 0), node('no', 0)], settings).pick(null, source())).toBeNull();
  });

  test('lower priorities come when all of the higher ones were tried', () => {
    const order = tries(balancer(mixed, settings));
    expect(order.slice(0, 2).toSorted()).toEqual(['a', 'b']);
    expect(order.slice(2)).toEqual(['c', 'spare']);
  });

  test('lower priorities come when all of the higher ones are down, and step back when one is up again', () => {
    const health = new TestHealth();
    const of = balancer(mixed, { ...settings, health });
    health.take('a', 'b');
    expect([...shares(of, 20).keys()]).toEqual(['c']);
    health.giveBack('b');
    expect([...shares(of, 20).keys()]).toEqual(['b']);
  });

  test('a node that is down is not tried while another one is up, also not as the last resort', () => {
    const health = new TestHealth();
    const of = balancer(mixed, { ...settings, health });
    health.take('a', 'c', 'spare');
    expect(tries(of)).toEqual(['b']);
  });

  test('when all are down, all are taken for up', () => {
    const health = new TestHealth();
    const of = balancer(mixed, { ...settings, health });
    health.take('a', 'b', 'c', 'spare');
    expect(tries(of)).toHaveLength(4);
  });

  test('a single node is chosen, up or down', () => {
    const health = new TestHealth();
    const of = balancer([node('a')], { ...settings, health });
    health.take('a');
    expect(tries(of)).toEqual(['a']);
  });

  test('whatever goes up and down, a choice is up as long as any node is (seeded)', () => {
    const random = seededRandom(42);
    const health = new TestHealth();
    const list = Array.from({ length: 40 }, (_, i) => node(`n${i}`, 1 + random.below(3), random.below(3)));
    const of = balancer(list, { ...settings, health });
    const down = new Set<string>();
    for (let step = 0; step < 2000; step += 1) {
      const { name } = random.pick(list);
      if (down.has(name)) health.giveBack(name);
      else health.take(name);
      if (!down.delete(name)) down.add(name);
      const chosen = of.pick(null, source({ uri: `/${step}` }));
      expect(chosen, `step ${step}`).not.toBeNull();
      if (down.size < list.length) expect(down.has(chosen?.name ?? ''), `step ${step}`).toBe(false);
    }
  });
});
