import { Badge, Chip, Drawer, Group, ScrollArea, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { type JSX, useState } from 'react';
import type { Plugin } from '../../api/types.ts';
import { useCatalogue, useKind } from '../../scope.ts';
import { Prose } from '../../ui/prose.tsx';
import { Empty } from '../../ui/states.tsx';
import { familiesOf, findPlugins, pluginsFor } from './find-plugins.ts';

interface PluginPickerProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Plugins that the resource has already. */
  readonly taken: readonly string[];
  readonly onPick: (name: string) => void;
}

/** All plugins of the control plane, to choose one more. */
export function PluginPicker({ opened, onClose, taken, onPick }: PluginPickerProps): JSX.Element {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      title="Add plugin"
      closeButtonProps={{ 'aria-label': 'Close' }}
      scrollAreaComponent={ScrollArea.Autosize}
    >
      <Choice taken={taken} onPick={onPick} />
    </Drawer>
  );
}

function Choice({ taken, onPick }: Pick<PluginPickerProps, 'taken' | 'onPick'>): JSX.Element {
  const { plugins } = useCatalogue();
  const [search, setSearch] = useState('');
  const [category, setCategory] = useState<string | null>(null);
  const { plural = '' } = useParams({ strict: false }) as { plural?: string };
  const free = pluginsFor(useKind(plural), plugins).filter(({ name }) => !taken.includes(name));
  const categories = [...new Set(free.map((plugin) => plugin.category))].toSorted();
  const found = findPlugins(free, search, category);
  return (
    <Stack>
      <TextInput
        type="search"
        aria-label="Search plugins"
        placeholder="Search by name or purpose"
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Group gap={6} role="group" aria-label="Categories">
        {categories.map((name) => (
          <Chip key={name} size="xs" checked={category === name} onChange={(isOn) => setCategory(isOn ? name : null)}>
            {name}
          </Chip>
        ))}
      </Group>
      <Stack gap={4}>
        {familiesOf(found, search).map(({ family, members }) => (
          <section key={family} aria-label={family === '' ? 'Found' : family}>
            {family !== '' && (
              <Text size="xs" fw={600} c="dimmed" tt="capitalize" px="sm" pt="xs">
                {family}
              </Text>
            )}
            {members.map((plugin) => (
              <PluginOption key={plugin.name} plugin={plugin} isOfFamily={family !== ''} onPick={onPick} />
            ))}
          </section>
        ))}
        {found.length === 0 && <Empty title="No plugin found" hint="Try another word, or another category." />}
      </Stack>
    </Stack>
  );
}

interface PluginOptionProps {
  readonly plugin: Plugin;
  /** Whether it stands under the name of its family. */
  readonly isOfFamily: boolean;
  readonly onPick: (name: string) => void;
}

function PluginOption({ plugin, isOfFamily, onPick }: PluginOptionProps): JSX.Element {
  return (
    <UnstyledButton
      className="plugin-option"
      p="sm"
      w="100%"
      aria-label={`Add ${plugin.name}`}
      onClick={() => onPick(plugin.name)}
    >
      <Group gap="xs" mb={2}>
        <Text size="sm" fw={550}>
          {plugin.title}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {plugin.name}
        </Text>
        {!isOfFamily && (
          <Badge color="gray" ml="auto">
            {plugin.category}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        <Prose text={plugin.description} />
      </Text>
    </UnstyledButton>
  );
}
