import { Box, Button, Center, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { draftCommands } from '../../api/draft-commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import type { Draft } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import { editCount } from '../../drafts/draft-bar.tsx';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup, useMay } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { DraftStateBadge } from './draft-state.tsx';

const choices = [
  { value: 'present', label: 'In progress' },
  { value: 'published', label: 'Published' },
  { value: 'discarded', label: 'Discarded' },
];

/** Changes that are not live yet. */
export function DraftsPage(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const { state } = useSearch({ strict: false }) as { state?: string };
  return (
    <>
      <PageHeader
        title="Drafts"
        description="Many changes that go live together, as one revision, after somebody looked at them."
        actions={mayEdit && <NewDraft />}
      />
      <Panel flush>
        <Group p="md">
          <SegmentedControl
            aria-label="Which drafts"
            data={choices}
            value={state ?? 'present'}
            onChange={(next) =>
              void navigate({
                to: paths.drafts(group),
                search: next === 'present' ? {} : { state: next },
                replace: true,
              })
            }
          />
        </Group>
        <DraftList state={state} />
      </Panel>
    </>
  );
}

function NewDraft(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { enter } = useActiveDraft();
  const creating = useMutation({
    mutationFn: () => draftCommands(group).create(),
    onSuccess: ({ id }) => {
      enter(id);
      void queryClient.invalidateQueries({ queryKey: draftQueries(group).key });
      void navigate({ to: paths.draft(group, id) });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'No draft was made', message: messageOf(error) }),
  });
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      loading={creating.isPending}
      onClick={() => creating.mutate()}
    >
      New draft
    </Button>
  );
}

function DraftList({ state }: { readonly state: string | undefined }): JSX.Element {
  const query = useInfiniteQuery(draftQueries(useGroup()).list(state));
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The drafts could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const drafts = query.data.pages.flatMap(({ list }) => list);
  if (drafts.length === 0) return <NoDrafts isPresent={state === undefined} />;
  return (
    <Stack gap={0} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {drafts.map((draft) => (
        <DraftEntry key={draft.id} draft={draft} />
      ))}
      {query.hasNextPage && (
        <Center p="md" component="li">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older drafts
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function DraftEntry({ draft }: { readonly draft: Draft }): JSX.Element {
  const group = useGroup();
  const others = draft.authors.filter((name) => name !== draft.author);
  return (
    <Box component="li" px="md" py="sm" className="timeline-entry">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <Text ff="monospace" size="sm" c="dimmed" miw={44} ta="right" className="tabular">
          {draft.id}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          <Group gap="xs">
            <TextLink fw={550} size="sm" to={paths.draft(group, draft.id)} style={{ overflowWrap: 'anywhere' }}>
              {draft.message || `Draft ${draft.id}`}
            </TextLink>
            <DraftStateBadge state={draft.state} />
          </Group>
          <Text size="xs" c="dimmed">
            {draft.author}
            {others.length > 0 && ` with ${others.join(', ')}`}, {editCount(draft.edit_count)}, changed{' '}
            <TimeAgo at={draft.updated_at} />
          </Text>
        </Stack>
        {typeof draft.published_revision === 'number' && (
          <TextLink size="sm" to={paths.revision(group, draft.published_revision)}>
            Revision {draft.published_revision}
          </TextLink>
        )}
      </Group>
    </Box>
  );
}

function NoDrafts({ isPresent }: { readonly isPresent: boolean }): JSX.Element {
  if (!isPresent) return <Empty title="None" hint="Drafts that came to this end stand here." />;
  return (
    <Empty
      title="No drafts"
      hint="Make a draft, then edit as usual: everything that you save goes into it, and live when you publish it."
    />
  );
}
