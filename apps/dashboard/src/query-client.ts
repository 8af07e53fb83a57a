import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, hasCode } from './api/errors.ts';
import { sessionQuery } from './api/queries.ts';

const retriesMax = 2;

/** The cache of server state. A call that is answered with “not signed in” ends the session wherever it was made. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    // The rule is newer than what the page knows of it.
    if (hasCode(error, 'APPROVAL_REQUIRED')) {
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[2] === 'settings' });
    }
    if (!hasCode(error, 'UNAUTHENTICATED')) return;
    queryClient.setQueryData(sessionQuery.queryKey, null);
    onSignedOut();
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Events tell of changes; this is for when they do not arrive.
        staleTime: 10_000,
        retry: (failures, error) => failures < retriesMax && isWorthRetrying(error),
      },
    },
  });
  return queryClient;
}

/** A refusal stays a refusal; a failing server may be over it in a second. Whoever waited out a timeout waited enough. */
function isWorthRetrying(error: unknown): boolean {
  if (hasCode(error, 'TIMEOUT')) return false;
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
