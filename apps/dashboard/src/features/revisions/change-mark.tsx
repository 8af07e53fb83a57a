import { Badge, Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { ChangeAction, ChangedResource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useCatalogue, useGroup } from '../../scope.ts';

const actions: Readonly<Record<ChangeAction, { label: string; color: string }>> = {
  create: { label: 'created', color: 'teal' },
  update: { label: 'changed', color: 'sluice' },
  delete: { label: 'deleted', color: 'red' },
};

/** What happened to a resource. */
export function ActionBadge({ action }: { readonly action: ChangeAction }): JSX.Element {
  return <Badge color={actions[action].color}>{actions[action].label}</Badge>;
}

/** A resource that a revision changed, with the way to it where it still exists. */
export function ChangeMark({ change }: { readonly change: ChangedResource }): JSX.Element {
  const group = useGroup();
  const kind = useCatalogue().kinds.find(({ name }) => name === change.kind);
  const name = `${kind?.label ?? change.kind} ${change.id}`;
  return (
    <Group gap={6} wrap="nowrap">
      <ActionBadge action={change.action} />
      {kind && change.action !== 'delete' ? (
        <TextLink size="sm" to={paths.resource(group, kind.plural, change.id)}>
          {name}
        </TextLink>
      ) : (
        <Text size="sm">{name}</Text>
      )}
    </Group>
  );
}
