import type { Draft } from '@sluice/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { hasCode } from './errors.ts';

/** What can be read about drafts. */
export const draftQueries = (group: string) => ({
  /** The root of all keys about drafts. */
  key: ['group', group, 'drafts'] as const,

  list: (state?: string) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'drafts', 'list', state ?? 'present'],
      queryFn: ({ signal, pageParam }) =>
        client.send('GET /groups/{group}/drafts', { path: { group }, query: { state, before: pageParam } }, { signal }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  draft: (id: number) =>
    queryOptions({
      queryKey: ['group', group, 'drafts', 'one', id],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/drafts/{id}', { path: { group, id: String(id) } }, { signal }),
    }),

  /** What follows is of one version of the draft and of one head: the answer for others is of no use. */
  diff: ({ id, version, head }: Draft) =>
    queryOptions({
      queryKey: ['group', group, 'drafts', 'one', id, 'diff', version, head],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/drafts/{id}/diff', { path: { group, id: String(id) } }, { signal }),
    }),

  validation: ({ id, version, head }: Draft) =>
    queryOptions({
      queryKey: ['group', group, 'drafts', 'one', id, 'validation', version, head],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/drafts/{id}/validation', { path: { group, id: String(id) } }, { signal }),
    }),

  /** What a draft does to a resource; null where it leaves it alone. */
  edit: (draft: number, kind: string, resource: string) =>
    queryOptions({
      queryKey: ['group', group, 'drafts', 'one', draft, 'edit', kind, resource],
      queryFn: async ({ signal }) => {
        const path = { group, id: String(draft), kind, resource };
        try {
          return await client.send('GET /groups/{group}/drafts/{id}/edits/{kind}/{resource}', { path }, { signal });
        } catch (error) {
          if (hasCode(error, 'NOT_FOUND')) return null;
          throw error;
        }
      },
    }),
});
