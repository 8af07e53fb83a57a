import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

/** What can be read about the data planes of a group beyond their list. */
export const fleetQueries = (group: string) => ({
  /** The root of all keys of one data plane. */
  instanceKey: (id: string) => ['group', group, 'instance', id] as const,

  instance: (id: string) =>
    queryOptions({
      queryKey: ['group', group, 'instance', id, 'detail'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/instances/{id}', { path: { group, id } }, { signal }),
    }),

  instanceHistory: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'instance', id, 'history'],
      queryFn: ({ signal, pageParam }) =>
        client.send(
          'GET /groups/{group}/instances/{id}/history',
          { path: { group, id }, query: { before: pageParam, limit: 30 } },
          { signal },
        ),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  joinTokens: () =>
    queryOptions({
      queryKey: ['group', group, 'join-tokens'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/join-tokens', { path: { group } }, { signal }),
    }),

  /** The traffic of the last so many seconds. */
  traffic: (spanS: number) =>
    queryOptions({
      queryKey: ['group', group, 'traffic', spanS],
      queryFn: ({ signal }) =>
        client.send(
          'GET /groups/{group}/metrics',
          { path: { group }, query: { from: String(Math.floor(Date.now() / 1000) - spanS) } },
          { signal },
        ),
    }),
});
