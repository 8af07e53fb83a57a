import { Badge, Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { ChangeAction, ChangedResource } from '../api/history-types.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useCatalogue, useGroup } from '../scope.ts';

const actions: Readonly<Record<ChangeAction, { label: string; color: string }>> = {
  create: { label: 'created', color: 'teal' },
  update: { label: 'changed', color: 'sluice' },
  delete: { label: 'deleted', color: 'red' },
};

/** What happened to a resource. */
export function ActionBadge({ action }: { readonly action: ChangeAction }): JSX.Element {
  return <Badge color={actions[action].color}>{actions[action].label}</Badge>;
}

interface ChangeMarkProps {
  readonly change: ChangedResource;
  /** Whether the resource can be looked at; usually, where it was not deleted. */
  readonly isLive?: boolean;
}

/** A resource that changed, with the way to it where it exists. */
export function ChangeMark({ change, isLive = change.action !== 'delete' }: ChangeMarkProps): JSX.Element {
  const group = useGroup();
  const kind = useCatalogue().kinds.find(({ name }) => name === change.kind);
  const name = `${kind?.label ?? change.kind} ${change.id}`;
  return (
    <Group gap={6} wrap="nowrap">
      <ActionBadge action={change.action} />
      {kind && isLive ? (
        <TextLink size="sm" truncate to={paths.resource(group, kind.plural, change.id)}>
          {name}
        </TextLink>
      ) : (
        <Text size="sm" truncate>
          {name}
        </Text>
      )}
    </Group>
  );
}
