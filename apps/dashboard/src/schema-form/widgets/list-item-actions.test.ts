import { redacted } from '@sluice/schema';
import { expect, test } from 'vitest';
import { refusalToRemove, refusalToSwap } from './list-item-actions.tsx';

const broker = (host: string, password: string) => ({ host, sasl_config: { password } });

test('an item before one whose secret is kept stays, since the secret of its place would become the other one’s', () => {
  const brokers = [broker('a', redacted), broker('b', redacted)];

  expect(refusalToRemove(brokers, 0)).toMatch(/Replace that secret first/);
  expect(refusalToRemove(brokers, 1)).toBeUndefined();
  expect(refusalToRemove([redacted, redacted], 0)).toMatch(/Replace that secret first/);
});

test('an item whose secret is kept does not change places', () => {
  expect(refusalToSwap([broker('a', 'new'), broker('b', redacted)], 0, 1)).toMatch(/Replace that secret first/);
  expect(refusalToSwap([broker('a', redacted), broker('b', 'new')], 0, 1)).toMatch(/Replace that secret first/);
});

test('items without stored secrets move and leave as they like, but not past the ends', () => {
  const brokers = [broker('a', 'new'), broker('b', 'newer')];

  expect(refusalToSwap(brokers, 0, 1)).toBeUndefined();
  expect(refusalToRemove(brokers, 0)).toBeUndefined();
  expect(refusalToSwap(brokers, 0, -1)).toBe('It is the first.');
  expect(refusalToSwap(brokers, 1, 2)).toBe('It is the last.');
});
