import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { applyInstance, applyMetrics, applyRevision, followGroup } from './live.ts';
import { groupQueries } from './queries.ts';
import type { Instance, Overview, Rates } from './types.ts';

const queries = groupQueries('default');
const rates: Rates = { requests_per_second: 5, errors_per_second: 1, latency_p50_ms: 1, latency_p99_ms: 2 };
const instance = (id: string, applied_revision: number) => ({ id, applied_revision }) as Instance;

test('news of a data plane replace what was known of it and nothing else', () => {
  const client = new QueryClient();
  client.setQueryData(queries.instances().queryKey, { blocked: null, list: [instance('a', 1), instance('b', 1)] });

  applyInstance(client, 'default', instance('b', 2));
  applyInstance(client, 'default', instance('c', 2));

  expect(client.getQueryData(queries.instances().queryKey)?.list).toEqual([
    instance('a', 1),
    instance('b', 2),
    instance('c', 2),
  ]);
});

test('a refusal makes the overview old, for it tells what is blocked; figures do not', () => {
  const client = new QueryClient();
  const overview = queries.overview().queryKey;
  const isOld = () => client.getQueryState(overview)?.isInvalidated;
  client.setQueryData(queries.instances().queryKey, { blocked: null, list: [instance('a', 1)] });
  client.setQueryData(overview, {} as Overview);

  applyInstance(client, 'default', { ...instance('a', 1), rates });
  expect(isOld()).toBe(false);
  applyInstance(client, 'default', { ...instance('a', 1), last_nack: { revision: 2, at: '', errors: [] } });
  expect(isOld()).toBe(true);
});

test('news before the first answer make up no answer', () => {
  const client = new QueryClient();

  applyInstance(client, 'default', instance('a', 1));
  applyMetrics(client, 'default', rates);

  expect(client.getQueryCache().getAll()).toHaveLength(0);
});

test('rates join the history, which stays ten minutes long', () => {
  const client = new QueryClient();
  const sample = { time: '', requests_per_second: 0, errors_per_second: 0, latency_p99_ms: 0 };
  const overview = { revision: 1, history: Array.from({ length: 120 }, () => sample) } as unknown as Overview;
  client.setQueryData(queries.overview().queryKey, overview);

  applyMetrics(client, 'default', rates, new Date('2026-11-21T00:00:00Z'));

  const updated = client.getQueryData(queries.overview().queryKey);
  expect(updated?.history).toHaveLength(120);
  expect(updated?.history.at(-1)).toEqual({
    time: '2026-11-21T00:00:00.000Z',
    requests_per_second: 5,
    errors_per_second: 1,
    latency_p99_ms: 2,
  });
});

test('a new revision makes lists old, but neither the catalogue nor past revisions', () => {
  const client = new QueryClient();
  const list = queries.resources('routes', { page: 1, page_size: 20 }).queryKey;
  client.setQueryData(list, { list: [], total: 0, page: 1, page_size: 20 });
  client.setQueryData(queries.catalogue().queryKey, { kinds: [], plugins: [] });
  client.setQueryData(queries.revision(1).queryKey, { pages: [], pageParams: [] });

  applyRevision(client, 'default');

  expect(client.getQueryState(list)?.isInvalidated).toBe(true);
  expect(client.getQueryState(queries.catalogue().queryKey)?.isInvalidated).toBe(false);
  expect(client.getQueryState(queries.revision(1).queryKey)?.isInvalidated).toBe(false);
});

test('after a gap everything of the group is read again, at first only what a revision can have changed', async () => {
  const source = new EventTarget();
  vi.stubGlobal('EventSource', function EventSource() {
    return Object.assign(source, { close: () => undefined });
  });
  const client = new QueryClient();
  const isOld = (queryKey: readonly unknown[]) => client.getQueryState(queryKey)?.isInvalidated;
  const catalogue = queries.catalogue().queryKey;
  const route = queries.resource('routes', '1').queryKey;
  client.setQueryData(catalogue, { kinds: [], plugins: [] });
  client.setQueryData(route, {} as never);
  const stop = followGroup(client, 'default', () => undefined);

  source.dispatchEvent(new Event('open'));
  source.dispatchEvent(new Event('revision'));
  await expect.poll(() => isOld(route)).toBe(true);
  expect(isOld(catalogue)).toBe(false);
  source.dispatchEvent(new Event('open'));
  expect(isOld(catalogue)).toBe(true);

  stop();
  vi.unstubAllGlobals();
});
