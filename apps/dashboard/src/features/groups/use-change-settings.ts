import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messageOf } from '../../api/errors.ts';
import { historyCommands, type SettingsChange } from '../../api/history-commands.ts';
import { historyQueries } from '../../api/history-queries.ts';
import { useGroup } from '../../scope.ts';

/** Sets rules of the group. */
export function useChangeSettings() {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: SettingsChange) => historyCommands(group).changeSettings(change),
    onSuccess: (settings) => {
      queryClient.setQueryData(historyQueries(group).settings().queryKey, settings);
      notifications.show({ message: 'The rules are saved.' });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not saved', message: messageOf(error) }),
  });
}
