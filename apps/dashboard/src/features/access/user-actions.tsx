import { Button, Divider, Group } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import type { User } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import { confirm } from '../../ui/confirm.tsx';
import { showTemporaryPassword } from './temporary-password.ts';

/** What else can be done about a user; each is asked about first. */
export function UserActions({ user }: { readonly user: User }): JSX.Element {
  const { username } = user;
  const resetting = useAct(
    () => accessCommands.resetPassword(username),
    ({ password }) => password !== null && showTemporaryPassword(username, password),
  );
  const ending = useAct(
    () => accessCommands.endSessionsOf(username),
    ({ ended }) => notifications.show({ message: `${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended.` }),
  );
  const deleting = useAct(
    () => accessCommands.deleteUser(username),
    () => modals.closeAll(),
  );
  return (
    <>
      <Divider my="md" />
      <Group gap="xs">
        {user.origin === 'local' && (
          <Button
            variant="default"
            loading={resetting.isPending}
            onClick={() =>
              void confirm({
                title: `Reset the password of ${username}?`,
                body: 'Their sessions end, and they sign in with a temporary password that is shown to you once.',
                action: 'Reset password',
              }).then((agreed) => agreed && resetting.mutate())
            }
          >
            Reset password
          </Button>
        )}
        <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
          End all sessions
        </Button>
        <Button
          variant="default"
          c="red"
          loading={deleting.isPending}
          onClick={() =>
            void confirm({
              title: `Delete user ${username}?`,
              body: 'Their sessions end and their own tokens stop to work at once. What they did stays in the history.',
              action: 'Delete user',
            }).then((agreed) => agreed && deleting.mutate())
          }
        >
          Delete user
        </Button>
      </Group>
    </>
  );
}

function useAct<T>(run: () => Promise<T>, onSuccess: (answer: T) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: (answer) => {
      void queryClient.invalidateQueries({ queryKey: accessQueries.key });
      onSuccess(answer);
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: messageOf(error) }),
  });
}
