import { expect, onTestFinished, test, vi } from 'vitest';
import { ConnectionPools } from './connection-pools.ts';
import { PoolMemo } from './pool-memo.ts';
import { plainTransport } from './transport.ts';
import { upstreamNodes } from './upstream-node.ts';

const settings = { idleMax: 1, idleMs: 5_000, requestsMax: 1 };

function setUp() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const pools = new ConnectionPools({ now: () => Date.now() });
  onTestFinished(() => pools.close());
  const [node] = upstreamNodes({ 'a:80': 1 }, 'http');
  if (!node) throw new Error('There is no node.');
  const take = () => pools.pool(plainTransport, '10.0.0.1', 80, settings);
  return { memo: new PoolMemo(), node, take };
}

test('a pool that was given up for want of use is not used again, or nobody would close its connections', () => {
  const { memo, node, take } = setUp();
  const first = memo.keep(node, '10.0.0.1', take());

  vi.advanceTimersByTime(7_000);

  expect(memo.find(node, '10.0.0.1')).toBeUndefined();
  expect(take()).not.toBe(first);
});

test('a node has the pool of the address that it has now', () => {
  const { memo, node, take } = setUp();
  const pool = memo.keep(node, '10.0.0.1', take());

  expect(memo.find(node, '10.0.0.1')).toBe(pool);
  expect(memo.find(node, '10.0.0.2')).toBeUndefined();
});
