import { crc32 } from 'node:zlib';
import { seededRandom } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import type { BalancedNode } from './balancer.ts';
import { crc32Text } from './crc32.ts';
import { balancer, node, nodes, source, TestHealth, tries } from './fixtures/test-balancer.ts';

const keys = Array.from({ length: 5000 }, (_, i) => `/item/${i}`);

/** The node of each key. */
function placed(list: readonly BalancedNode[], health?: TestHealth): string[] {
  const of = balancer(list, { type: 'chash', key: 'uri', ...(health && { health }) });
  return keys.map((uri) => of.pick(null, source({ uri }))?.name ?? 'none');
}

describe('where a key comes from', () => {
  const list = nodes(50);
  const nodeFor = (settings: { hash_on?: string; key?: string }, variables: Record<string, string>, address?: string) =>
    balancer(list, { type: 'chash', ...settings }).pick(null, source(variables, address))?.name;

  test.each([
    ['a variable', {}, 'arg_device', 'arg_device'],
    ['a header', { hash_on: 'header' }, 'X-Session-Id', 'http_x_session_id'],
    ['a cookie', { hash_on: 'cookie' }, 'Sid', 'cookie_Sid'],
    ['the consumer', { hash_on: 'consumer' }, '', 'consumer_name'],
    ['several variables', { hash_on: 'vars_combinations' }, '$request_uri$arg_x', 'request_uri'],
  ])('%s', (_what, settings, key, variable) => {
    const chosen = [...'abcdefghijklmnopqrst'].map((value) => nodeFor({ ...settings, key }, { [variable]: value }));
    expect(new Set(chosen).size).toBeGreaterThan(10);
    expect(nodeFor({ ...settings, key }, { [variable]: 'a' }, '198.51.100.9')).toBe(chosen[0]);
  });

  test.each([[{ key: 'arg_none' }], [{ hash_on: 'consumer' }], [{ hash_on: 'vars_combinations', key: 'x$none' }]])(
    'a request without a key (%o) is placed by the address of its client',
    (settings) => {
      const byAddress = nodeFor({ key: 'remote_addr' }, { remote_addr: '198.51.100.9' });
      expect(nodeFor(settings, {}, '198.51.100.9')).toBe(byAddress);
      expect(nodeFor(settings, {}, '198.51.100.7')).not.toBe(byAddress);
    },
  );
});

describe('the ring', () => {
  test('keys are hashed as CRC-32 of their bytes, as everywhere', () => {
    for (const text of ['', 'a', '192.0.2.1', 'ä', '€', '𝄞 key']) expect(crc32Text(text)).toBe(crc32(text));
  });

  test('a key stays where nginx and its relatives put it', () => {
    // The layout of nginx's `hash ... consistent`, made here in the plainest way.
    const points = ['127.0.0.1:1980', '127.0.0.1:1981', '127.0.0.1:1982'].flatMap((name) => {
      const base = Buffer.from(name.replace(':', '\0'));
      let hash = 0;
      return Array.from({ length: 160 }, () => {
        const tail = Buffer.alloc(4);
        tail.writeUInt32LE(hash);
        hash = crc32(Buffer.concat([base, tail]));
        return { hash, name };
      });
    });
    points.sort((a, b) => a.hash - b.hash);
    const expected = keys.map((key) => (points.find(({ hash }) => hash >= crc32(key)) ?? points[0])?.name);
    expect(placed([1980, 1981, 1982].map((port) => node(`127.0.0.1:${port}`, 10)))).toEqual(expected);
  });

  test('the order of the nodes does not matter', () => {
    const list = nodes(12);
    expect(placed(list.toReversed())).toEqual(placed(list));
  });

  test('keys are spread by weight', () => {
    const places = placed([node('a:1', 1), node('b:1', 2), node('c:1', 1)]);
    const share = places.filter((name) => name === 'b:1').length / places.length;
    expect(share).toBeGreaterThan(0.42);
    expect(share).toBeLessThan(0.58);
  });

  test('a node that leaves gives away its own keys and moves no other', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 10; round += 1) {
      const list = nodes(3 + random.below(30), 1 + random.below(3));
      const gone = random.pick(list);
      const before = placed(list);
      const after = placed(list.filter((one) => one !== gone));
      for (const [i, name] of before.entries()) if (name !== gone.name) expect(after[i]).toBe(name);
    }
  });

  test('a node that is down gives away its own keys only, and gets the same ones back', () => {
    const list = nodes(9);
    const health = new TestHealth();
    const before = placed(list);
    health.take(list[4]?.name ?? '');
    const meanwhile = placed(list, health);
    for (const [i, name] of before.entries()) if (name !== list[4]?.name) expect(meanwhile[i]).toBe(name);
    expect(meanwhile).not.toContain(list[4]?.name);
    health.giveBack(list[4]?.name ?? '');
    expect(placed(list, health)).toEqual(before);
  });

  test('a retry goes on to the next nodes on the ring, the same ones for the same key', () => {
    const of = balancer(nodes(6), { type: 'chash', key: 'uri' });
    const order = tries(of, source({ uri: '/a' }));
    expect(new Set(order).size).toBe(6);
    expect(tries(of, source({ uri: '/a' }))).toEqual(order);
  });

  test('huge weights make no huge ring, and keep their proportion', () => {
    const places = placed([node('a:1', 1_000_003), node('b:1', 500_002)]);
    const share = places.filter((name) => name === 'a:1').length / places.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.73);
  });
});
