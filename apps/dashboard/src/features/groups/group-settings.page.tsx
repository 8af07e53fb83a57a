import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyQueries } from '../../api/history-queries.ts';
import { transferQueries } from '../../api/transfer-queries.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup, useMay } from '../../scope.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { ApprovalForm } from './approval-form.tsx';
import { DescriptionForm } from './description-form.tsx';
import { RetentionForm } from './retention-form.tsx';
import { approvalText, retentionText } from './rule-texts.ts';

/** What holds in one group: who has to agree to changes, and how long its history is kept at hand. */
export function GroupSettingsPage(): JSX.Element {
  const group = useGroup();
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.groups(group)}>
            Groups
          </TextLink>
        }
        title={`Group ${group}`}
        description="What holds here for everybody."
      />
      <Stack gap="lg" maw={880}>
        <About />
        <Rules />
      </Stack>
    </>
  );
}

function About(): JSX.Element {
  const group = useGroup();
  const mayAdminister = useMay('admin');
  const query = useQuery(transferQueries.group(group));
  if (query.isPending) return <LoadingRows rows={3} />;
  if (query.isError) {
    return <Failure title="The group could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const { description, etcd_prefix: prefix, resource_count: count, revision, instances } = query.data;
  return (
    <Panel title="About">
      <Stack>
        <Facts>
          {!mayAdminister && <Fact label="Description">{description || 'None.'}</Fact>}
          <Fact label="etcd prefix">
            <Text size="sm" ff="monospace">
              {prefix}
            </Text>
          </Fact>
          <Fact label="Holds">
            {count === 1 ? '1 resource' : `${count} resources`}, revision {revision}
          </Fact>
          <Fact label="Data planes">
            {instances.connected} of {instances.total} connected
          </Fact>
        </Facts>
        {mayAdminister && <DescriptionForm key={description} description={description ?? ''} />}
      </Stack>
    </Panel>
  );
}

function Rules(): JSX.Element {
  const mayAdminister = useMay('admin');
  const query = useQuery(historyQueries(useGroup()).settings());
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The rules could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const { approval, retention, archive } = query.data;
  const archived =
    archive.through > 0
      ? `Revisions up to ${archive.through} are in the archive (${archive.files} ${archive.files === 1 ? 'file' : 'files'}).`
      : 'Nothing is in the archive yet.';
  return (
    <>
      <Panel title="Approval">
        {mayAdminister ? (
          <ApprovalForm key={JSON.stringify(approval)} approval={approval} />
        ) : (
          <Text size="sm">{approvalText(approval)}</Text>
        )}
      </Panel>
      <Panel title="Retention">
        <Stack gap="sm">
          {mayAdminister ? (
            <RetentionForm key={JSON.stringify(retention)} retention={retention} />
          ) : (
            <Text size="sm">{retentionText(retention)}</Text>
          )}
          <Text size="sm" c="dimmed">
            {archived}
          </Text>
        </Stack>
      </Panel>
    </>
  );
}
