import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { groupPath } from './queries.ts';
import type { InstanceDetail, InstanceEventPage, JoinToken, TrafficSeries } from './types.ts';

/** The path of one data plane. */
export const instancePath = (group: string, id: string) => `${groupPath(group)}/instances/${encodeURIComponent(id)}`;

/** What can be read about the data planes of a group beyond their list. */
export const fleetQueries = (group: string) => ({
  /** The root of all keys of one data plane. */
  instanceKey: (id: string) => ['group', group, 'instance', id] as const,

  instance: (id: string) =>
    queryOptions({
      queryKey: ['group', group, 'instance', id, 'detail'],
      queryFn: ({ signal }) => client.call<InstanceDetail>('GET', instancePath(group, id), { signal }),
    }),

  instanceHistory: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'instance', id, 'history'],
      queryFn: ({ signal, pageParam }) =>
        client.call<InstanceEventPage>('GET', `${instancePath(group, id)}/history`, {
          query: { before: pageParam, limit: 30 },
          signal,
        }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  joinTokens: () =>
    queryOptions({
      queryKey: ['group', group, 'join-tokens'],
      queryFn: ({ signal }) =>
        client.call<{ list: readonly JoinToken[] }>('GET', `${groupPath(group)}/join-tokens`, { signal }),
    }),

  /** The traffic of the last so many seconds. */
  traffic: (spanS: number) =>
    queryOptions({
      queryKey: ['group', group, 'traffic', spanS],
      queryFn: ({ signal }) =>
        client.call<TrafficSeries>('GET', `${groupPath(group)}/metrics`, {
          query: { from: Math.floor(Date.now() / 1000) - spanS },
          signal,
        }),
    }),
});
