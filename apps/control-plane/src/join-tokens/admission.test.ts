import { ServerCredentials } from '@grpc/grpc-js';
import type { DataSource } from 'typeorm';
import { afterEach, expect, test, vi } from 'vitest';
import { Admission } from './admission.ts';

afterEach(() => vi.useRealTimers());

test('a token that another control plane revokes is noticed, also where nobody had joined for a while', async () => {
  vi.useFakeTimers();
  const database = { query: () => Promise.resolve([{ id: 'revoked' }]) };
  const identity = { credentials: ServerCredentials.createInsecure(), keySha256: undefined };
  const admission = new Admission(database as unknown as DataSource, identity);
  admission.onModuleInit();
  await vi.advanceTimersByTimeAsync(5_000);
  const end = vi.fn<() => void>();
  admission.watch({ tokenId: 'revoked', labels: {} }, end);

  await vi.advanceTimersByTimeAsync(1_000);

  expect(end).toHaveBeenCalledOnce();
  await admission.onModuleDestroy();
});
