import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { fleetQueries } from './api/fleet-queries.ts';
import { groupQueries, groupsQuery, sessionQuery } from './api/queries.ts';
import { OverviewPage } from './features/overview/overview.page.tsx';
import { readDetailSearch } from './features/resources/detail-search.ts';
import { listParams, readListSearch } from './features/resources/list-search.ts';
import { GroupFailure, ShellFailure, ShellPending } from './features/shell/shell-states.tsx';
import { Shell } from './features/shell/shell.tsx';
import { safeRedirect } from './features/sign-in/sign-in-problem.ts';
import { SignInPage, type SignInSearch } from './features/sign-in/sign-in.page.tsx';
import { readRequestSearch } from './features/playground/request-search.ts';
import { paths } from './paths.ts';
import { accessRoutes, groupRoutes, historyRoutes } from './room-routes.tsx';
import { NotFound, RouteFailure } from './route-states.tsx';
import { LoadingPage } from './ui/states.tsx';

interface RouterContext {
  readonly queryClient: QueryClient;
}

/** Pages about a kind exist for the kinds that the control plane knows. */
async function requireKind({ queryClient }: RouterContext, group: string, plural: string): Promise<void> {
  const { kinds } = await queryClient.ensureQueryData(groupQueries(group).catalogue());
  if (!kinds.some((kind) => kind.plural === plural)) throw notFound();
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** An id may look like a number. */
const word = (value: unknown) => text(value) ?? (typeof value === 'number' ? String(value) : undefined);

function readRedirect(search: Record<string, unknown>): { redirect?: string } {
  const target = safeRedirect(search['redirect']);
  return target === undefined ? {} : { redirect: target };
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const error = text(search['error']);
    return { ...readRedirect(search), ...(error === undefined ? {} : { error }) };
  },
});

const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  component: lazyRouteComponent(() => import('./features/sign-in/new-password.page.tsx'), 'NewPasswordPage'),
  validateSearch: readRedirect,
});

/** The outline comes soon enough to tell that something happens, and leaves with the answer. */
const outline = { pendingComponent: ShellPending, pendingMs: 100, pendingMinMs: 0 };

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  ...outline,
  errorComponent: ShellFailure,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: paths.signIn(), search: { redirect: location.href } });
    if (session.must_change_password) {
      throw redirect({ to: paths.newPassword(), search: { redirect: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  ...outline,
  errorComponent: ShellFailure,
  beforeLoad: async ({ context }) => {
    const { list } = await context.queryClient.ensureQueryData(groupsQuery);
    throw redirect({ to: paths.overview(list[0]?.name ?? 'default') });
  },
});

const group = createRoute({
  getParentRoute: () => signedIn,
  path: '/g/$group',
  component: Shell,
  ...outline,
  errorComponent: GroupFailure,
  // Before the pages' own checks, so that a group that cannot be read is one failure and not one for each page.
  beforeLoad: async ({ context, params }) => {
    await context.queryClient.ensureQueryData(groupQueries(params.group).catalogue());
  },
});

const overview = createRoute({
  getParentRoute: () => group,
  path: '/',
  component: OverviewPage,
  loader: ({ context, params }) => {
    const queries = groupQueries(params.group);
    return Promise.all([
      context.queryClient.ensureQueryData(queries.overview()),
      context.queryClient.ensureQueryData(queries.instances()),
    ]);
  },
});

const resourceList = createRoute({
  getParentRoute: () => group,
  path: '/resources/$plural',
  beforeLoad: ({ context, params }) => requireKind(context, params.group, params.plural),
  component: lazyRouteComponent(() => import('./features/resources/list.page.tsx'), 'ListPage'),
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => search,
  // The page shows its own outline and errors, so that the toolbar stays while results change.
  loader: ({ context, params, deps }) =>
    void context.queryClient.prefetchQuery(groupQueries(params.group).resources(params.plural, listParams(deps))),
});

const resourceDetail = createRoute({
  getParentRoute: () => group,
  path: '/resources/$plural/$id',
  errorComponent: lazyRouteComponent(() => import('./features/resources/missing.page.tsx'), 'MissingPage'),
  beforeLoad: ({ context, params }) => requireKind(context, params.group, params.plural),
  component: lazyRouteComponent(() => import('./features/resources/detail.page.tsx'), 'DetailPage'),
  validateSearch: readDetailSearch,
  // A version that is known to be old is not shown: what is done to it, such as deleting it, would be refused.
  loader: ({ context, params }) =>
    context.queryClient.fetchQuery(groupQueries(params.group).resource(params.plural, params.id)),
});

const resourceEdit = createRoute({
  getParentRoute: () => group,
  path: '/resources/$plural/$id/edit',
  beforeLoad: ({ context, params }) => requireKind(context, params.group, params.plural),
  component: lazyRouteComponent(() => import('./features/resources/edit.page.tsx'), 'EditPage'),
  // An editor begins with what is stored now, not with what a page showed before.
  loader: ({ context, params }) =>
    context.queryClient.fetchQuery({ ...groupQueries(params.group).resource(params.plural, params.id), staleTime: 0 }),
});

const resourceCreate = createRoute({
  getParentRoute: () => group,
  path: '/create/$plural',
  beforeLoad: ({ context, params }) => requireKind(context, params.group, params.plural),
  component: lazyRouteComponent(() => import('./features/resources/create.page.tsx'), 'CreatePage'),
  validateSearch: (search: Record<string, unknown>): { from?: string; drafted?: string; parent?: string } => {
    const [from, drafted, parent] = [word(search['from']), word(search['drafted']), word(search['parent'])];
    return {
      ...(from === undefined ? {} : { from }),
      ...(drafted === undefined ? {} : { drafted }),
      ...(parent === undefined ? {} : { parent }),
    };
  },
});

const dataPlanes = createRoute({
  getParentRoute: () => group,
  path: '/data-planes',
  component: lazyRouteComponent(() => import('./features/data-planes/data-planes.page.tsx'), 'DataPlanesPage'),
  loader: ({ context, params }) => {
    const queries = groupQueries(params.group);
    return Promise.all([
      context.queryClient.ensureQueryData(queries.overview()),
      context.queryClient.ensureQueryData(queries.instances()),
    ]);
  },
});

const dataPlane = createRoute({
  getParentRoute: () => group,
  path: '/data-planes/$id',
  component: lazyRouteComponent(() => import('./features/data-planes/data-plane.page.tsx'), 'DataPlanePage'),
  loader: ({ context, params }) => context.queryClient.ensureQueryData(fleetQueries(params.group).instance(params.id)),
});

const playground = createRoute({
  getParentRoute: () => group,
  path: '/playground',
  component: lazyRouteComponent(() => import('./features/playground/playground.page.tsx'), 'PlaygroundPage'),
  validateSearch: readRequestSearch,
  loader: ({ context, params }) => context.queryClient.ensureQueryData(groupQueries(params.group).instances()),
});

/** The table of pages. */
const routeTree = root.addChildren([
  signIn,
  newPassword,
  signedIn.addChildren([
    home,
    group.addChildren([
      overview,
      resourceList,
      resourceDetail,
      resourceEdit,
      resourceCreate,
      dataPlanes,
      dataPlane,
      playground,
      ...historyRoutes(group),
      ...groupRoutes(group),
      ...accessRoutes(group),
    ]),
  ]),
]);

/** The router of the dashboard. Paths are texts made by `paths`, so the router's own path types are not registered. */
export function createDashboardRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    // Freshness is the query cache's business.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
  });
}
