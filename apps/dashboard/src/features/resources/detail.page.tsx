import { Group, Stack, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useGroup, useKind, useWriteRefusal } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { printJson } from '../../ui/json-text.ts';
import { CodeEditor } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { DetailSearch } from './detail-search.ts';
import { ResourceFacts } from './resource-facts.tsx';
import { ResourceHistory } from './resource-history.tsx';
import { useScreen } from './screen.ts';
import { StatusSwitch } from './status-switch.tsx';
import { titleOf, useDelete } from './use-delete.tsx';

/** One resource: what it says, how it came to be, and what can be done with it. */
export function DetailPage(): JSX.Element {
  const group = useGroup();
  const { plural = '', id = '' } = useParams({ strict: false }) as { plural?: string; id?: string };
  const kind = useKind(plural);
  const { data: resource } = useSuspenseQuery(groupQueries(group).resource(plural, id));
  const title = titleOf(resource);
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.resources(group, plural)}>
            {pluralTitle(kind)}
          </TextLink>
        }
        title={title}
        description={title === resource.id ? undefined : resource.id}
        actions={<Actions kind={kind} resource={resource} />}
      />
      <DetailTabs kind={kind} resource={resource} />
    </>
  );
}

function DetailTabs({ kind, resource }: { readonly kind: Kind; readonly resource: Resource }): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const { details: Details } = useScreen(kind);
  const { tab = 'summary' } = useSearch({ strict: false }) as DetailSearch;
  const show = (next: string | null) =>
    void navigate({
      to: paths.resource(group, kind.plural, resource.id),
      search: next === 'summary' ? {} : { tab: next },
      replace: true,
    });
  return (
    <Tabs value={tab} onChange={show} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="summary">Summary</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="summary">
        <Stack gap="lg">
          <Panel>
            <ResourceFacts kind={kind} resource={resource} />
          </Panel>
          {Details && <Details resource={resource} />}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <CodeEditor label={`JSON of ${kind.label} ${resource.id}`} text={printJson(resource.value)} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <ResourceHistory kind={kind} id={resource.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Actions({ kind, resource }: { readonly kind: Kind; readonly resource: Resource }): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const refusal = useWriteRefusal();
  const deleting = useDelete(kind, resource);
  const { actions: OwnActions } = useScreen(kind);
  return (
    <Group gap="xs">
      <StatusSwitch kind={kind} resource={resource} />
      {OwnActions && <OwnActions resource={resource} />}
      <ActionButton
        leftSection={<IconPencil size={16} aria-hidden />}
        refusal={refusal}
        onClick={() => void navigate({ to: paths.editResource(group, kind.plural, resource.id) })}
      >
        Edit
      </ActionButton>
      <ActionButton
        variant="default"
        leftSection={<IconCopy size={16} aria-hidden />}
        refusal={refusal}
        onClick={() => void navigate({ to: paths.createResource(group, kind.plural), search: { from: resource.id } })}
      >
        Duplicate
      </ActionButton>
      <ActionButton
        variant="default"
        c="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        refusal={refusal}
        loading={deleting.isPending}
        onClick={() => void deleting.ask()}
      >
        Delete
      </ActionButton>
    </Group>
  );
}
