import type { CallInput } from '@sluice/api-client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { hasCode } from './errors.ts';
import { withWords } from './kind-words.ts';
import type { Catalogue, Session } from './types.ts';

/** How a list of resources is cut, filtered and ordered. */
export interface ListParams {
  readonly page: number;
  readonly page_size: number;
  readonly search?: string | undefined;
  readonly label?: string | undefined;
  /** Only what lives in this resource. */
  readonly parent?: string | undefined;
  readonly sort?: NonNullable<CallInput<'GET /groups/{group}/resources/{plural}'>['query']>['sort'];
  readonly order?: 'asc' | 'desc' | undefined;
}

/** Which revisions a timeline shows. */
export interface RevisionFilter {
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  readonly author?: string | undefined;
  readonly source?: string | undefined;
  readonly text?: string | undefined;
  readonly label?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The path of a group's part of the API. */
export const groupPath = (group: string) => `/groups/${encodeURIComponent(group)}`;

/** Who is signed in; null for nobody. Keeps the client's CSRF token in step. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await client.send('GET /session', {}, { signal });
      client.useCsrfToken(session.csrf_token);
      return session;
    } catch (error) {
      if (hasCode(error, 'UNAUTHENTICATED')) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

/** How one may sign in here; answered to everybody. */
export const signInWaysQuery = queryOptions({
  queryKey: ['sign-in-ways'],
  queryFn: ({ signal }) => client.send('GET /session/options', {}, { signal }),
  retry: false,
});

/** The gateway groups. */
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => client.send('GET /groups', {}, { signal }),
  select: (answer) => answer.list,
});

async function readCatalogue(group: string, signal: AbortSignal): Promise<Catalogue> {
  return withWords(await client.call<Catalogue>('GET', `${groupPath(group)}/schema`, { signal }));
}

/** Every read inside a group goes through here, so that a cache key is written once. */
export const groupQueries = (group: string) => ({
  /** The root of all keys of the group. */
  key: ['group', group] as const,
  resourcesKey: (plural: string) => ['group', group, 'resources', plural] as const,

  catalogue: () =>
    queryOptions({
      queryKey: ['group', group, 'catalogue'],
      queryFn: ({ signal }) => readCatalogue(group, signal),
      // Changes only with the control plane's version.
      staleTime: 5 * 60_000,
    }),

  resources: (plural: string, params: ListParams) =>
    queryOptions({
      queryKey: ['group', group, 'resources', plural, 'list', params],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/resources/{plural}', { path: { group, plural }, query: params }, { signal }),
      placeholderData: keepPreviousData,
    }),

  resource: (plural: string, id: string) =>
    queryOptions({
      queryKey: ['group', group, 'resources', plural, 'detail', id],
      queryFn: ({ signal }) =>
        client.send('GET /groups/{group}/resources/{plural}/{id}', { path: { group, plural, id } }, { signal }),
    }),

  revisions: (filter: RevisionFilter = {}, limit = 30) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'revisions', filter, limit],
      queryFn: ({ signal, pageParam }) =>
        client.send(
          'GET /groups/{group}/revisions',
          { path: { group }, query: { before: pageParam, limit, ...filter } },
          { signal },
        ),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  revision: (number: number) =>
    infiniteQueryOptions({
      queryKey: ['group', group, 'revision', number],
      queryFn: ({ signal, pageParam }) =>
        client.send(
          'GET /groups/{group}/revisions/{number}',
          { path: { group, number }, query: { offset: pageParam || undefined } },
          { signal },
        ),
      initialPageParam: 0,
      getNextPageParam: (page, pages) =>
        page.truncated ? pages.reduce((count, { changes }) => count + changes.length, 0) : undefined,
      // History is never rewritten.
      staleTime: Infinity,
    }),

  instances: () =>
    queryOptions({
      queryKey: ['group', group, 'instances'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/instances', { path: { group } }, { signal }),
    }),

  overview: () =>
    queryOptions({
      queryKey: ['group', group, 'overview'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/overview', { path: { group } }, { signal }),
    }),
});
