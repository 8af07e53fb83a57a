import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accessQueries } from '../../api/access-queries.ts';
import type { SessionRow } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';

/** Ends a session; whoever is in it has to sign in again. */
export function useEndSession(run: (session: SessionRow) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queryClient.invalidateQueries({ queryKey: accessQueries.key }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not ended', message: messageOf(error) }),
  });
}
