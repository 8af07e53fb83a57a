import { useLocalStorage } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { draftQueries } from '../api/draft-queries.ts';
import type { DraftDetail } from '../api/draft-types.ts';
import { sessionQuery } from '../api/queries.ts';
import { useGroup, useMay } from '../scope.ts';

/** The draft that somebody is at: what they save goes there until they leave it. */
export interface ActiveDraft {
  /** Undefined where they are at none, or it cannot be edited any more. */
  readonly draft: DraftDetail | undefined;
  /** Whether there may be one, which is still on its way. */
  readonly isPending: boolean;
  readonly enter: (id: number) => void;
  readonly leave: () => void;
}

/** Which draft this browser is at, by group. It is kept over reloads; the draft itself is kept by the control plane. */
export function useActiveDraft(): ActiveDraft {
  const group = useGroup();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const mayEdit = useMay('editor');
  const [id, setId, forget] = useLocalStorage<number | null>({
    // Whoever signs in next is at another draft, or none.
    key: `sluice-draft:${session?.user.username ?? ''}:${group}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const { data, isLoading } = useQuery({
    ...draftQueries(group).draft(id ?? 0),
    enabled: mayEdit && typeof id === 'number',
  });
  const isEditable = data?.may.edit === true && (data.state === 'open' || data.state === 'rejected');
  return { draft: isEditable && id !== null ? data : undefined, isPending: isLoading, enter: setId, leave: forget };
}
