import { startRedis } from '@sluice/testing';
import { expect, test, vi } from 'vitest';
import { opened, onPort } from './fixtures/opened.ts';

const library = vi.hoisted(() => Promise.withResolvers<void>());

/** A machine that is so busy that the library takes longer than Redis may. */
vi.mock('@redis/client', async (load) => {
  await library.promise;
  return load();
});

test('the first command waits for the library, which is none of the time that Redis may take', async () => {
  await using server = await startRedis();
  const settings = onPort(server.port);
  using client = opened(settings);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = client.set('a', '1');
  await vi.advanceTimersByTimeAsync(settings.timeoutMs * 3);
  vi.useRealTimers();
  library.resolve();
  expect(await answer).toBe('OK');
  expect(client.log.lines).toEqual([]);
});
