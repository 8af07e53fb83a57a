import type { CallInput } from '@sluice/api-client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

/** How a list of users is cut and filtered. */
export interface UserFilter {
  readonly search?: string | undefined;
  readonly page: number;
}

type AuditQuery = NonNullable<CallInput<'GET /audit'>['query']>;

/** Which entries of the audit trail are meant; all filters are and-ed. */
export type AuditFilter = Omit<AuditQuery, 'before' | 'limit'>;

/** Entries on one page of a list. */
const pageSize = 20;

/** What can be read about who gets in. */
export const accessQueries = {
  /** The root of all keys below. */
  key: ['access'] as const,

  users: (filter: UserFilter) =>
    queryOptions({
      queryKey: ['access', 'users', filter],
      queryFn: ({ signal }) => client.send('GET /users', { query: { ...filter, page_size: pageSize } }, { signal }),
      placeholderData: keepPreviousData,
    }),

  members: (group: string) =>
    queryOptions({
      queryKey: ['access', 'members', group],
      queryFn: ({ signal }) => client.send('GET /groups/{group}/members', { path: { group } }, { signal }),
    }),

  tokens: (page: number) =>
    queryOptions({
      queryKey: ['access', 'tokens', page],
      queryFn: ({ signal }) => client.send('GET /tokens', { query: { page, page_size: pageSize } }, { signal }),
      placeholderData: keepPreviousData,
    }),

  sessions: (page: number) =>
    queryOptions({
      queryKey: ['access', 'sessions', page],
      queryFn: ({ signal }) => client.send('GET /sessions', { query: { page, page_size: pageSize } }, { signal }),
      placeholderData: keepPreviousData,
    }),

  ownTokens: () =>
    queryOptions({
      queryKey: ['access', 'own', 'tokens'],
      queryFn: ({ signal }) => client.send('GET /account/tokens', {}, { signal }),
    }),

  ownSessions: () =>
    queryOptions({
      queryKey: ['access', 'own', 'sessions'],
      queryFn: ({ signal }) => client.send('GET /account/sessions', {}, { signal }),
    }),
};

/** What can be read of the audit trail. */
export const auditQueries = {
  entries: (filter: AuditFilter) =>
    infiniteQueryOptions({
      queryKey: ['audit', 'entries', filter],
      queryFn: ({ signal, pageParam }) =>
        client.send('GET /audit', { query: { ...filter, before: pageParam, limit: 50 } }, { signal }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),

  /** The actions that there are, for the filter. */
  actions: () =>
    queryOptions({
      queryKey: ['audit', 'actions'],
      queryFn: ({ signal }) => client.send('GET /audit/actions', {}, { signal }),
    }),
};
