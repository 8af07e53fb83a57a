import { ActionIcon, Box, Group, Stack, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import { draftCommands } from '../../api/draft-commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import type { DraftDetail, DraftEdit } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import type { Change } from '../../api/history-types.ts';
import { ChangeDifference } from '../../changes/change-list.tsx';
import { ChangeMark } from '../../changes/change-mark.tsx';
import { editCount } from '../../drafts/draft-bar.tsx';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { paths } from '../../paths.ts';
import { useCatalogue, useGroup } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { Prose } from '../../ui/prose.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';

/** A short list is shown whole; of a long one, a diff is drawn when it is asked for. */
const openAtMost = 5;

/** Every edit of the draft, as it differs from what is live now. */
export function DraftEdits({ draft }: { readonly draft: DraftDetail }): JSX.Element {
  const query = useQuery({ ...draftQueries(useGroup()).diff(draft), enabled: draft.edit_count > 0 });
  return (
    <Panel title={editCount(draft.edit_count)} flush>
      {draft.edit_count === 0 && (
        <Empty
          title="Nothing is edited yet"
          hint={<Prose text="Open or create a route, or anything else, and save it: it goes into this draft." />}
        />
      )}
      {draft.edit_count > 0 && query.isPending && <LoadingRows rows={3} />}
      {query.isError && (
        <Failure title="The differences could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data && (
        <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {draft.edits.map((edit) => (
            <EditEntry
              key={`${edit.kind} ${edit.id}`}
              draft={draft}
              edit={edit}
              change={changeOf(edit, query.data.changes)}
            />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

type DraftChange = Omit<Change, 'action'> & { readonly action: Change['action'] | 'none' };

/** How an edit differs from what is live; undefined where it does not any more. */
function changeOf({ kind, id }: DraftEdit, changes: readonly DraftChange[]): Change | undefined {
  const found = changes.find((change) => change.kind === kind && change.id === id);
  return found === undefined || found.action === 'none' ? undefined : { ...found, action: found.action };
}

interface EditEntryProps {
  readonly draft: DraftDetail;
  readonly edit: DraftEdit;
  /** Undefined where the edit makes no difference any more. */
  readonly change: Change | undefined;
}

function EditEntry({ draft, edit, change }: EditEntryProps): JSX.Element {
  const isShort = draft.edits.length <= openAtMost;
  return (
    <Box component="li" className="timeline-entry" p="md" aria-label={`Edit of ${edit.kind} ${edit.id}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <ChangeMark
            change={{ kind: edit.kind, id: edit.id, action: change?.action ?? edit.action }}
            isLive={edit.action !== 'create'}
          />
          {draft.may.edit && <EditActions draft={draft} edit={edit} />}
        </Group>
        {change ? (
          <details open={isShort}>
            <summary className="difference-summary">Difference</summary>
            <Box mt="xs">
              <ChangeDifference change={change} />
            </Box>
          </details>
        ) : (
          'What is live is already as this edit makes it.'
        )}
      </Stack>
    </Box>
  );
}

function EditActions({ draft, edit }: Pick<EditEntryProps, 'draft' | 'edit'>): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const active = useActiveDraft();
  const removing = useRemoveEdit(draft.id);
  const kind = useCatalogue().kinds.find(({ name }) => name === edit.kind);
  const open = () => {
    if (!kind) return;
    active.enter(draft.id);
    void (edit.action === 'create'
      ? navigate({ to: paths.createResource(group, kind.plural), search: { drafted: edit.id } })
      : navigate({ to: paths.editResource(group, kind.plural, edit.id) }));
  };
  return (
    <Group gap={4} wrap="nowrap">
      {edit.op === 'put' && kind && (
        <Tooltip label="Edit it in this draft">
          <ActionIcon variant="default" aria-label={`Edit ${edit.kind} ${edit.id} in this draft`} onClick={open}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label="Take it out of the draft">
        <ActionIcon
          variant="default"
          aria-label={`Take ${edit.kind} ${edit.id} out of the draft`}
          loading={removing.isPending}
          onClick={() => removing.mutate(edit)}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function useRemoveEdit(draft: number) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, id }: DraftEdit) => draftCommands(group).removeEdit(draft, kind, id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: draftQueries(group).key }),
    onError: (error) => notifications.show({ color: 'red', title: 'It stays in the draft', message: messageOf(error) }),
  });
}
