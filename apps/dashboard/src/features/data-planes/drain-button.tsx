import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconDoorExit } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupCommands } from '../../api/commands.ts';
import { messageOf } from '../../api/errors.ts';
import { fleetQueries } from '../../api/fleet-queries.ts';
import type { Instance } from '../../api/types.ts';
import { useGroup, useMay } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';

/** Takes a data plane out of service. */
export function DrainButton({ instance }: { readonly instance: Instance }): JSX.Element | null {
  const group = useGroup();
  const mayDrain = useMay('editor');
  const queryClient = useQueryClient();
  const draining = useMutation({
    mutationFn: () => groupCommands(group).drain(instance.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: fleetQueries(group).instance(instance.id).queryKey }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not drained', message: messageOf(error) }),
  });
  if (!mayDrain) return null;
  return (
    <ActionButton
      variant="default"
      leftSection={<IconDoorExit size={16} aria-hidden />}
      refusal={whyNot(instance)}
      loading={draining.isPending}
      onClick={() => void askDrain(instance).then((agreed) => agreed && draining.mutate())}
    >
      Drain
    </ActionButton>
  );
}

function whyNot({ status, state }: Instance): string | undefined {
  if (status === 'offline') return 'It is offline: nobody can tell it anything.';
  return state === 'draining' ? 'It is being drained already.' : undefined;
}

function askDrain({ hostname }: Instance) {
  return confirm({
    title: `Drain ${hostname}?`,
    body: (
      <Text size="sm">
        It takes no new connections and finishes what it has begun. It stays out of service until its process is started
        anew.
      </Text>
    ),
    action: 'Drain',
  });
}
