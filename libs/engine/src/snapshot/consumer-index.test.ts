import { afterEach, expect, test, vi } from 'vitest';
import { keyedAuth } from '../pipeline/fixtures/test-plugin.ts';
import { ConfigStore } from './config-store.ts';
import { ConsumerIndex, DecodedConsumers } from './consumer-index.ts';
import { SegmentReader } from './segment-reader.ts';

const schemaOf = (name: string) => (name === 'keyed' ? keyedAuth.schema : undefined);

afterEach(() => vi.restoreAllMocks());

function indexOf(count: number) {
  const store = new ConfigStore(schemaOf);
  const step = store.stage(
    Array.from({ length: count }, (_, i) => {
      const value = { username: `user_${i}`, plugins: { keyed: { key: `key-${i}` } } };
      const body = Buffer.from(JSON.stringify(value));
      return { kind: 'consumer', id: `user_${i}`, body, createdRevision: 1, modifiedRevision: 1 };
    }),
  );
  store.commit();
  const segments = SegmentReader.empty().after(step);
  return { consumers: new ConsumerIndex(step, segments, new DecodedConsumers(), schemaOf), segments };
}

/** Steps through the shared table that `count` searches take on average. */
function stepsPerSearch(consumers: ConsumerIndex, keys: readonly string[]): number {
  const loads = vi.spyOn(Atomics, 'load');
  for (const key of keys) consumers.find('keyed', key);
  const steps = loads.mock.calls.length / keys.length;
  loads.mockRestore();
  return steps;
}

test('a consumer is found in as few steps among 100,000 as among one', () => {
  const alone = indexOf(1);
  const many = indexOf(100_000);
  const keys = Array.from({ length: 1_000 }, (_, i) => `key-${i * 97}`);

  const fewest = stepsPerSearch(alone.consumers, ['key-0']);
  expect(fewest).toBeGreaterThan(0);
  expect(stepsPerSearch(many.consumers, keys)).toBeLessThan(fewest + 2);
  expect(
    stepsPerSearch(
      many.consumers,
      keys.map((key) => `no-${key}`),
    ),
  ).toBeLessThan(5);
});

test('a consumer is decoded when it is asked for the first time, and no other with it', () => {
  const { consumers, segments } = indexOf(20_000);
  const decoded = vi.spyOn(segments, 'resource');

  for (let i = 0; i < 50; i += 1) expect(consumers.find('keyed', 'key-7')?.id).toBe('user_7');
  consumers.find('keyed', 'nobodys');

  expect(decoded).toHaveBeenCalledTimes(1);
});

test('of more consumers than stay decoded, the one that was decoded first gives way', () => {
  const { consumers, segments } = indexOf(10_002);
  for (let i = 0; i < 10_001; i += 1) consumers.find('keyed', `key-${i}`);
  const decoded = vi.spyOn(segments, 'resource');

  expect(consumers.find('keyed', 'key-10000')?.id).toBe('user_10000');
  expect(consumers.find('keyed', 'key-1')?.id).toBe('user_1');
  expect(decoded).not.toHaveBeenCalled();
  expect(consumers.find('keyed', 'key-0')?.id).toBe('user_0');
  expect(decoded).toHaveBeenCalledTimes(1);
});
