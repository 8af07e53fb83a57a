import { Alert, Group, Stack, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { draftQueries } from '../../api/draft-queries.ts';
import type { DraftDetail } from '../../api/draft-types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { DraftActions } from './draft-actions.tsx';
import { DraftChecks } from './draft-checks.tsx';
import { DraftEdits } from './draft-edits.tsx';
import { DraftLog } from './draft-log.tsx';
import { DraftMessage } from './draft-message.tsx';
import { DraftStateBadge } from './draft-state.tsx';

const refreshMs = 5_000;

/** One draft: what it changes, whether it can be published, and what people decided about it. */
export function DraftPage(): JSX.Element {
  const { number } = useParams({ strict: false }) as { number?: string };
  return <DraftView key={number} id={Number(number)} />;
}

function DraftView({ id }: { readonly id: number }): JSX.Element {
  const group = useGroup();
  // Others edit and judge it at the same time, and the event stream tells of revisions only.
  const { data: draft } = useSuspenseQuery({
    ...draftQueries(group).draft(id),
    refetchInterval: ({ state }) => !isOver(state.data) && refreshMs,
  });
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.drafts(group)}>
            Drafts
          </TextLink>
        }
        title={
          <Group gap="xs" component="span">
            {`Draft ${draft.id}`} <DraftStateBadge state={draft.state} />
          </Group>
        }
        description={<DraftMessage draft={draft} />}
        actions={<DraftActions draft={draft} />}
      />
      <Stack gap="lg">
        <Verdict draft={draft} />
        <Panel>
          <DraftFacts draft={draft} />
        </Panel>
        {!isOver(draft) && draft.edit_count > 0 && <DraftChecks draft={draft} />}
        <DraftEdits draft={draft} />
        <Panel title="What happened" flush>
          <DraftLog events={draft.events} />
        </Panel>
      </Stack>
    </>
  );
}

/** Whether nobody can change it any more. */
function isOver(draft: DraftDetail | undefined): boolean {
  return draft?.state === 'published' || draft?.state === 'discarded';
}

/** What the second person said. */
function Verdict({ draft }: { readonly draft: DraftDetail }): JSX.Element | null {
  const { review, state } = draft;
  if (!review || (state !== 'approved' && state !== 'rejected')) return null;
  const isApproved = review.verdict === 'approved';
  return (
    <Alert
      color={isApproved ? 'teal' : 'red'}
      variant="light"
      title={`${isApproved ? 'Approved' : 'Rejected'} by ${review.by}`}
    >
      {review.comment && <Text size="sm">{review.comment}</Text>}
      <Text size="sm" c="dimmed">
        {isApproved
          ? 'It can be published. Editing it again takes another approval.'
          : 'Edit it to answer that, then ask again.'}
      </Text>
    </Alert>
  );
}

function DraftFacts({ draft }: { readonly draft: DraftDetail }): JSX.Element {
  const group = useGroup();
  return (
    <Facts>
      <Fact label={draft.authors.length > 1 ? 'Authors' : 'Author'}>{draft.authors.join(', ')}</Fact>
      <Fact label="Begun">
        <Text size="sm" component="span">
          <TimeAgo at={draft.created_at} /> on{' '}
          {draft.base_revision > 0 ? (
            <TextLink inherit to={paths.revision(group, draft.base_revision)}>
              revision {draft.base_revision}
            </TextLink>
          ) : (
            'the empty group'
          )}
        </Text>
      </Fact>
      <Fact label="Changed">
        <TimeAgo at={draft.updated_at} />
      </Fact>
      {typeof draft.published_revision === 'number' && (
        <Fact label="Published">
          <Text size="sm" component="span">
            as{' '}
            <TextLink inherit to={paths.revision(group, draft.published_revision)}>
              revision {draft.published_revision}
            </TextLink>
            {draft.published_by && ` by ${draft.published_by}`}
          </Text>
        </Fact>
      )}
    </Facts>
  );
}
