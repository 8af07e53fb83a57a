import { Button, Group, Stack, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useCatalogue, useGroup, useKind, useMay } from '../../scope.ts';
import { printJson } from '../../ui/json-text.ts';
import { CodeEditor } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { DetailSearch } from './detail-search.ts';
import { nestedId } from './draft.ts';
import { DraftedNotice } from './drafted-notice.tsx';
import { shapeOf } from './kind-shape.ts';
import { NestedResources } from './nested-resources.tsx';
import { NotServedNotice } from './not-served-notice.tsx';
import { ResourceBlame } from './resource-blame.tsx';
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
        above={<Above kind={kind} id={id} />}
        title={title}
        description={title === resource.id ? undefined : resource.id}
        actions={<Actions kind={kind} resource={resource} />}
      />
      <NotServedNotice warnings={resource.warnings} />
      <DraftedNotice kind={kind} resource={resource} />
      <DetailTabs kind={kind} resource={resource} />
    </>
  );
}

/** The way up: to what the resource lives in, or to the list of its kind. */
function Above({ kind, id }: { readonly kind: Kind; readonly id: string }): JSX.Element {
  const group = useGroup();
  const { kinds } = useCatalogue();
  const parentId = nestedId(kind, id)?.parent;
  const parent = kinds.find(({ name }) => name === kind.parent?.kind);
  if (parent && parentId !== undefined) {
    return (
      <TextLink size="sm" to={paths.resource(group, parent.plural, parentId)}>
        {parent.title} {parentId}
      </TextLink>
    );
  }
  return (
    <TextLink size="sm" to={paths.resources(group, kind.plural)}>
      {pluralTitle(kind)}
    </TextLink>
  );
}

function DetailTabs({ kind, resource }: { readonly kind: Kind; readonly resource: Resource }): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const { plugins } = useCatalogue();
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
        <Tabs.Tab value="fields">Who set what</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="summary">
        <Stack gap="lg">
          <Panel>
            <ResourceFacts kind={shapeOf(kind, plugins, resource.value)} resource={resource} />
          </Panel>
          {Details && <Details resource={resource} />}
          <NestedResources kind={kind} resource={resource} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <CodeEditor label={`JSON of ${kind.label} ${resource.id}`} text={printJson(resource.value)} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <ResourceHistory kind={kind} id={resource.id} />
      </Tabs.Panel>
      <Tabs.Panel value="fields">
        <ResourceBlame kind={kind} id={resource.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Actions({ kind, resource }: ActionsProps): JSX.Element {
  const mayEdit = useMay('editor');
  const { actions: OwnActions } = useScreen(kind);
  return (
    <Group gap="xs">
      <StatusSwitch kind={kind} resource={resource} />
      {OwnActions && <OwnActions resource={resource} />}
      {mayEdit && <Changes kind={kind} resource={resource} />}
    </Group>
  );
}

interface ActionsProps {
  readonly kind: Kind;
  readonly resource: Resource;
}

/** What only those see who may change something. */
function Changes({ kind, resource }: ActionsProps): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const deleting = useDelete(kind, resource);
  return (
    <>
      <Button
        leftSection={<IconPencil size={16} aria-hidden />}
        onClick={() => void navigate({ to: paths.editResource(group, kind.plural, resource.id) })}
      >
        Edit
      </Button>
      <Button
        variant="default"
        leftSection={<IconCopy size={16} aria-hidden />}
        onClick={() => void navigate({ to: paths.createResource(group, kind.plural), search: { from: resource.id } })}
      >
        Duplicate
      </Button>
      <Button
        variant="default"
        c="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        loading={deleting.isPending}
        onClick={() => void deleting.ask()}
      >
        Delete
      </Button>
    </>
  );
}
