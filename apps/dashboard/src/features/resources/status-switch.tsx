import { Switch, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { groupCommands } from '../../api/commands.ts';
import { messageOf } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import { groupQueries } from '../../api/queries.ts';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup, useWriteRefusal } from '../../scope.ts';

/** Takes a resource in and out of service without deleting it; nothing for kinds that know no status. */
export function StatusSwitch({
  kind,
  resource,
}: {
  readonly kind: Kind;
  readonly resource: Resource;
}): JSX.Element | null {
  const refusal = useWriteRefusal();
  const setting = useSetStatus(kind, resource);
  if (!hasStatus(kind)) return null;
  const isEnabled = resource.value['status'] !== 0;
  const control = (
    <Switch
      label={isEnabled ? 'Enabled' : 'Disabled'}
      aria-label="Enabled"
      checked={isEnabled}
      disabled={refusal !== undefined || setting.isPending}
      onChange={(event) => setting.mutate(event.currentTarget.checked)}
    />
  );
  return refusal === undefined ? control : <Tooltip label={refusal}>{control}</Tooltip>;
}

/** Whether resources of a kind can be taken out of service. */
export function hasStatus({ schema }: Kind): boolean {
  const { status } = (schema['properties'] ?? {}) as { status?: JsonRecord };
  const values = status?.['enum'];
  return Array.isArray(values) && values.includes(0) && values.includes(1);
}

function useSetStatus(kind: Kind, resource: Resource) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (isEnabled: boolean) =>
      groupCommands(group).write({
        plural: kind.plural,
        id: resource.id,
        value: { ...resource.value, status: isEnabled ? 1 : 0 },
        expect: { revision: resource.modified_revision },
      }),
    onSuccess: ({ resource: stored, revision }) => {
      queryClient.setQueryData(groupQueries(group).resource(kind.plural, resource.id).queryKey, stored);
      applyRevision(queryClient, group);
      announceRevision(group, revision);
    },
    onError: (error) => {
      applyRevision(queryClient, group);
      notifications.show({ color: 'red', title: 'The status stayed as it was', message: messageOf(error) });
    },
  });
}
