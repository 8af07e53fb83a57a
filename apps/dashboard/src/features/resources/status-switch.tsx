import { Badge, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { groupCommands } from '../../api/commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import { messageOf } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import { groupQueries } from '../../api/queries.ts';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { announceEdit } from '../../drafts/announce-edit.tsx';
import { useWriting } from '../../drafts/use-writing.ts';
import { useGroup, useMay } from '../../scope.ts';

/** Takes a resource in and out of service without deleting it; nothing for kinds that know no status. */
export function StatusSwitch({
  kind,
  resource,
}: {
  readonly kind: Kind;
  readonly resource: Resource;
}): JSX.Element | null {
  const mayEdit = useMay('editor');
  const setting = useSetStatus(kind, resource);
  const drafting = useDraftStatus(kind, resource);
  const { goesToDraft } = useWriting();
  if (!hasStatus(kind)) return null;
  const isEnabled = resource.value['status'] !== 0;
  if (!mayEdit) return <Badge color={isEnabled ? 'teal' : 'gray'}>{isEnabled ? 'enabled' : 'disabled'}</Badge>;
  return (
    <Switch
      label={isEnabled ? 'Enabled' : 'Disabled'}
      aria-label="Enabled"
      checked={isEnabled}
      disabled={setting.isPending || drafting.isPending}
      onChange={(event) => (goesToDraft ? drafting : setting).mutate(event.currentTarget.checked)}
    />
  );
}

/** Whether resources of a kind can be taken out of service. */
export function hasStatus({ schema }: Kind): boolean {
  const { status } = (schema['properties'] ?? {}) as { status?: JsonRecord };
  const values = status?.['enum'];
  return Array.isArray(values) && values.includes(0) && values.includes(1);
}

/** The switch shows what is live, so it stays where it was; the draft has the other position. */
function useDraftStatus(kind: Kind, resource: Resource) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const { active, intoDraft } = useWriting();
  return useMutation({
    mutationFn: async (isEnabled: boolean) => {
      const known = active
        ? await queryClient.fetchQuery(draftQueries(group).edit(active.id, kind.name, resource.id))
        : null;
      const value = { ...(known?.value ?? resource.value), status: isEnabled ? 1 : 0 };
      return intoDraft({ kind: kind.name, id: resource.id, value, basedOn: resource.modified_revision });
    },
    onSuccess: (draft) => announceEdit(group, draft, `The new status of ${kind.label} ${resource.id}`),
    onError: (error) => notifications.show({ color: 'red', title: 'Nothing was changed', message: messageOf(error) }),
  });
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
