import { BlockList, isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { addressSet, isAddressRange } from './address-set.ts';

test('what is no address is refused', () => {
  for (const text of ['', '10.0.0.0/33', '::/129', '10.0.0', 'host', '1.2.3.4/x', '1.2.3.4/']) {
    expect(isAddressRange(text), text).toBe(false);
    expect(() => addressSet([text]), text).toThrow('invalid ip address');
  }
});

test('text that is no address is in no set', () => {
  expect(addressSet(['0.0.0.0/0', '::/0'])('localhost')).toBe(false);
});

test('an IPv4-mapped address is the IPv4 address that it carries', () => {
  expect(addressSet(['10.0.0.0/8'])('::ffff:10.2.3.4')).toBe(true);
  expect(addressSet(['::ffff:10.0.0.1'])('10.0.0.1')).toBe(true);
});

test('random sets answer like the block list of the platform', () => {
  const next = seeded(7);
  for (let round = 0; round < 200; round += 1) {
    const list = new BlockList();
    const entries = Array.from({ length: 1 + (next() % 6) }, () => randomBlock(next));
    for (const entry of entries) {
      const [base = '', bits = ''] = entry.split('/');
      list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4');
    }
    const contains = addressSet(entries);
    for (let i = 0; i < 20; i += 1) {
      const address = randomAddress(next);
      expect(contains(address), `${address} in ${entries.join(' ')}`).toBe(
        list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
      );
    }
  }
});

function randomBlock(next: () => number): string {
  const address = randomAddress(next);
  return isIPv6(address) ? `${address}/${1 + (next() % 128)}` : `${address}/${next() % 33}`;
}

/** Few different bits, so that blocks and addresses meet often. */
function randomAddress(next: () => number): string {
  if (next() % 2 === 0) return `10.${next() % 2}.${next() % 3}.${next() % 256}`;
  return `fd00:${next() % 2}::${(next() % 65536).toString(16)}`;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
