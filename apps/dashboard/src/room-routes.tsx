import type { QueryClient } from '@tanstack/react-query';
import { type AnyRoute, createRoute, lazyRouteComponent, notFound } from '@tanstack/react-router';
import { draftQueries } from './api/draft-queries.ts';
import { groupQueries, groupsQuery } from './api/queries.ts';
import { readAuditSearch } from './features/audit/audit-search.ts';
import { readTimelineSearch } from './features/revisions/timeline-search.ts';

interface LoaderArgs {
  readonly context: { readonly queryClient: QueryClient };
  readonly params: Readonly<Record<string, string>>;
}

const positive = (value: unknown) =>
  Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;
const isNumber = (text: string | undefined) => text !== undefined && /^[1-9]\d{0,15}$/.test(text);
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The rooms about history: what was, and what is about to be. */
export function historyRoutes(group: AnyRoute) {
  const revisions = createRoute({
    getParentRoute: () => group,
    path: '/revisions',
    component: lazyRouteComponent(() => import('./features/revisions/revisions.page.tsx'), 'RevisionsPage'),
    validateSearch: readTimelineSearch,
  });
  const revision = createRoute({
    getParentRoute: () => group,
    path: '/revisions/$number',
    component: lazyRouteComponent(() => import('./features/revisions/revision.page.tsx'), 'RevisionPage'),
    loader: ({ context, params }: LoaderArgs) => {
      if (!isNumber(params['number'])) throw notFound();
      const queries = groupQueries(params['group'] ?? '');
      return Promise.all([
        context.queryClient.ensureInfiniteQueryData(queries.revision(Number(params['number']))),
        context.queryClient.ensureQueryData(queries.overview()),
      ]);
    },
  });
  const compare = createRoute({
    getParentRoute: () => group,
    path: '/compare',
    component: lazyRouteComponent(() => import('./features/revisions/compare.page.tsx'), 'ComparePage'),
    validateSearch: (search: Record<string, unknown>): { from?: number; to?: number } => {
      const [from, to] = [Number(search['from'] ?? Number.NaN), positive(search['to'])];
      return {
        ...(Number.isSafeInteger(from) && from >= 0 ? { from } : {}),
        ...(to === undefined ? {} : { to }),
      };
    },
    loader: ({ context, params }: LoaderArgs) =>
      context.queryClient.ensureQueryData(groupQueries(params['group'] ?? '').overview()),
  });
  return [revisions, revision, compare, ...draftRoutes(group)];
}

function draftRoutes(group: AnyRoute) {
  const drafts = createRoute({
    getParentRoute: () => group,
    path: '/drafts',
    component: lazyRouteComponent(() => import('./features/drafts/drafts.page.tsx'), 'DraftsPage'),
    validateSearch: (search: Record<string, unknown>): { state?: string } => {
      const state = text(search['state']);
      return state === 'published' || state === 'discarded' ? { state } : {};
    },
  });
  const draft = createRoute({
    getParentRoute: () => group,
    path: '/drafts/$number',
    component: lazyRouteComponent(() => import('./features/drafts/draft.page.tsx'), 'DraftPage'),
    loader: ({ context, params }: LoaderArgs) => {
      if (!isNumber(params['number'])) throw notFound();
      return context.queryClient.fetchQuery({
        ...draftQueries(params['group'] ?? '').draft(Number(params['number'])),
        staleTime: 0,
      });
    },
  });
  return [drafts, draft];
}

/** The rooms about a group as a whole. */
export function groupRoutes(group: AnyRoute) {
  const transfer = createRoute({
    getParentRoute: () => group,
    path: '/transfer',
    component: lazyRouteComponent(() => import('./features/transfer/transfer.page.tsx'), 'TransferPage'),
  });
  const groups = createRoute({
    getParentRoute: () => group,
    path: '/groups',
    component: lazyRouteComponent(() => import('./features/groups/groups.page.tsx'), 'GroupsPage'),
    loader: ({ context }: LoaderArgs) => context.queryClient.ensureQueryData(groupsQuery),
  });
  const settings = createRoute({
    getParentRoute: () => group,
    path: '/settings',
    component: lazyRouteComponent(() => import('./features/groups/group-settings.page.tsx'), 'GroupSettingsPage'),
  });
  const promote = createRoute({
    getParentRoute: () => group,
    path: '/promote',
    component: lazyRouteComponent(() => import('./features/groups/promote.page.tsx'), 'PromotePage'),
    validateSearch: (search: Record<string, unknown>): { from?: string; revision?: number } => {
      const [from, revision] = [text(search['from']), positive(search['revision'])];
      return { ...(from === undefined ? {} : { from }), ...(revision === undefined ? {} : { revision }) };
    },
    loader: ({ context }: LoaderArgs) => context.queryClient.ensureQueryData(groupsQuery),
  });
  return [transfer, groups, settings, promote];
}

const accessTabs = ['users', 'members', 'tokens', 'sessions'];

/** The rooms about who gets in, and what was done. */
export function accessRoutes(group: AnyRoute) {
  const access = createRoute({
    getParentRoute: () => group,
    path: '/access',
    component: lazyRouteComponent(() => import('./features/access/access.page.tsx'), 'AccessPage'),
    validateSearch: (search: Record<string, unknown>): { tab?: string; page?: number; search?: string } => {
      const [tab, wanted] = [accessTabs.find((known) => known === search['tab']), text(search['search'])];
      const page = positive(search['page']);
      return {
        ...(tab === undefined ? {} : { tab }),
        ...(page === undefined ? {} : { page }),
        ...(wanted === undefined ? {} : { search: wanted }),
      };
    },
  });
  const account = createRoute({
    getParentRoute: () => group,
    path: '/account',
    component: lazyRouteComponent(() => import('./features/access/account.page.tsx'), 'AccountPage'),
  });
  const audit = createRoute({
    getParentRoute: () => group,
    path: '/audit',
    component: lazyRouteComponent(() => import('./features/audit/audit.page.tsx'), 'AuditPage'),
    validateSearch: readAuditSearch,
  });
  return [access, account, audit];
}
