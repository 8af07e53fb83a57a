import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

/** What can be read about the past of a group beyond its revisions. */
export const historyQueries = (group: string) => ({
  /** What lies between two revisions; page by page where it is much. */
  diff: (from: number, to: number) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'diff', from, to],
      queryFn: ({ signal, pageParam }) =>
        client.send(
          'GET /groups/{group}/revisions/{number}/diff',
          { path: { group, number: to }, query: { against: from, offset: pageParam || undefined } },
          { signal },
        ),
      initialPageParam: 0,
      getNextPageParam: (page, pages) =>
        page.truncated ? pages.reduce((count, { changes }) => count + changes.length, 0) : undefined,
      // History is never rewritten.
      staleTime: Infinity,
    }),

  labels: () =>
    queryOptions({
      queryKey: ['group', group, 'revisions', 'labels'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/labels', { path: { group } }, { signal }),
    }),

  resource: (plural: string, id: string) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'resources', plural, 'history', id],
      queryFn: ({ signal, pageParam }) =>
        client.send(
          'GET /groups/{group}/history/{plural}/{id}',
          { path: { group, plural, id }, query: { before: pageParam } },
          { signal },
        ),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  /** The resource as it was after a revision; its value is null where it did not exist then. */
  version: (plural: string, id: string, number: number) =>
    queryOptions({
      queryKey: ['group', group, 'version', plural, id, number],
      queryFn: ({ signal }) =>
        client.send(
          'GET /groups/{group}/history/{plural}/{id}/versions/{number}',
          { path: { group, plural, id, number } },
          { signal },
        ),
      staleTime: Infinity,
    }),

  blame: (plural: string, id: string) =>
    queryOptions({
      queryKey: ['group', group, 'resources', plural, 'blame', id],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/history/{plural}/{id}/blame', { path: { group, plural, id } }, { signal }),
    }),

  settings: () =>
    queryOptions({
      queryKey: ['group', group, 'settings'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/settings', { path: { group } }, { signal }),
    }),
});
