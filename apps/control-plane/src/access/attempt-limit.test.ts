import { expect, test } from 'vitest';
import { addressBlock, AttemptLimit } from './attempt-limit.ts';

const MINUTE = 60_000;

/** A limit with a clock that the test turns. */
function withClock(): { limit: AttemptLimit; pass: (ms: number) => void } {
  let now = 0;
  return { limit: new AttemptLimit(15 * MINUTE, () => now), pass: (ms) => (now += ms) };
}

test('the fifth failure costs a second, and each further one twice as much, up to a quarter of an hour', () => {
  const { limit, pass } = withClock();
  const waits = Array.from({ length: 17 }, () => {
    limit.count('a');
    const wait = limit.waitSeconds('a');
    pass(wait * 1_000);
    return wait;
  });
  expect(waits.slice(0, 9)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16]);
  expect(waits.at(-1)).toBe(900);
});

test('a success takes back one failure of an address, not all of them', () => {
  const { limit, pass } = withClock();
  for (let i = 0; i < 5; i += 1) limit.count('address');
  pass(1_000);
  limit.count('address');
  limit.forgive('address');
  limit.count('address');
  expect(limit.waitSeconds('address')).toBe(2);
});

test('failures are forgotten after an hour without one', () => {
  const { limit, pass } = withClock();
  for (let i = 0; i < 5; i += 1) limit.count('a');
  pass(61 * MINUTE);
  limit.count('a');
  expect(limit.waitSeconds('a')).toBe(0);
});

test('guessing under ever new names does not grow memory: the oldest are dropped', () => {
  const { limit } = withClock();
  for (let i = 0; i < 5; i += 1) limit.count('first');
  for (let i = 0; i < 10_000; i += 1) limit.count(`name ${i}`);
  expect(limit.waitSeconds('first')).toBe(0);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['2001:0DB8:0001::', '2001:db8:1:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s is counted as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block);
});
