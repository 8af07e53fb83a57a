import { expect, test } from 'vitest';
import { Shared } from './shared.ts';

/** Opens things that tell when they are closed. */
function things() {
  const closed: number[] = [];
  let opened = 0;
  const open = () => {
    const number = (opened += 1);
    return { number, close: () => void closed.push(number) };
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return { shared: new Shared<ReturnType<typeof open>>(), open, closed, kit: { log } };
}

test('one thing is opened for all who ask for it, and closed when the last gives it back', async () => {
  const { shared, open, closed, kit } = things();
  const first = shared.take(kit, 'a', open);
  const second = shared.take(kit, 'a', open);
  expect(second.value).toBe(first.value);
  await first.release();
  expect(closed).toEqual([]);
  await second.release();
  expect(closed).toEqual([1]);
  expect(shared.take(kit, 'a', open).value.number).toBe(2);
});

test('other keys and other gateways share nothing', () => {
  const { shared, open, kit } = things();
  const other = { log: { ...kit.log } };
  const numbers = [shared.take(kit, 'a', open), shared.take(kit, 'b', open), shared.take(other, 'a', open)];
  expect(numbers.map(({ value }) => value.number)).toEqual([1, 2, 3]);
});
