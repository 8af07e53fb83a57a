import { ActionIcon, Badge, Collapse, Group, Paper, Switch, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { isSwitchedOff } from '@sluice/schema';
import { type JSX, memo, useState } from 'react';
import type { Plugin } from '../../api/types.ts';
import { fieldElementId, useFormScope } from '../../schema-form/form-context.ts';
import { isWithin } from '../../schema-form/json.ts';
import { PluginConfig } from './plugin-config.tsx';
import { switched } from './switched.ts';

interface PluginCardProps {
  readonly name: string;
  /** Undefined where the catalogue does not know the plugin. */
  readonly plugin: Plugin | undefined;
  readonly pointer: string;
  readonly config: unknown;
  /** Whether it was added just now, so that its settings are what comes next. */
  readonly isFresh: boolean;
  /** Called with the name; the same function at all times, so that a card is drawn only when something of it changed. */
  readonly onChange: (name: string, config: unknown) => void;
}

/** One plugin of a resource: switch it off, configure it, take it out. */
export const PluginCard = memo(function PluginCard(props: PluginCardProps): JSX.Element {
  const { name, plugin, pointer, config, isFresh } = props;
  const onChange = (next: unknown) => props.onChange(name, next);
  const { issues, target } = useFormScope();
  const [isOpen, setIsOpen] = useState(isFresh);
  const [followed, setFollowed] = useState(target);
  // A link of the issue summary leads inside.
  if (target !== followed) {
    setFollowed(target);
    if (target !== undefined && isWithin(target, pointer)) setIsOpen(true);
  }
  const hasIssues = issues.some(({ path }) => isWithin(path, pointer));
  const isEnabled = !isSwitchedOff(config);
  const title = plugin?.title ?? name;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Paper withBorder id={fieldElementId(pointer)} role="listitem" aria-label={title}>
      <Group p="sm" justify="space-between" wrap="nowrap">
        <UnstyledButton flex={1} miw={0} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <Group gap="xs" wrap="nowrap">
            <Chevron size={16} aria-hidden />
            <Text size="sm" fw={550} truncate>
              {title}
            </Text>
            <Text size="xs" c="dimmed" ff="monospace" visibleFrom="xs">
              {name}
            </Text>
            {hasIssues && <Badge color="red">needs attention</Badge>}
            {!plugin && <Badge color="orange">unknown here</Badge>}
          </Group>
        </UnstyledButton>
        <Group gap="xs" wrap="nowrap">
          <Switch
            size="xs"
            aria-label={`Enable ${name}`}
            checked={isEnabled}
            onChange={(event) => onChange(switched(config, event.currentTarget.checked))}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={() => onChange(undefined)}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Collapse expanded={isOpen}>
        {isOpen && <PluginConfig name={name} plugin={plugin} pointer={pointer} config={config} onChange={onChange} />}
      </Collapse>
    </Paper>
  );
});
