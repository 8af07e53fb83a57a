import { useQuery } from '@tanstack/react-query';
import { historyQueries } from '../api/history-queries.ts';
import type { GroupSettings } from '../api/history-types.ts';
import { useGroup } from '../scope.ts';

/** Whether this group's changes need a second person; undefined until it is known. The control plane enforces it. */
export function useApproval(): GroupSettings['approval'] | undefined {
  return useQuery(historyQueries(useGroup()).settings()).data?.approval;
}
