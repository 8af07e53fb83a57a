import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { isJsonObject, pointerOf } from '@sluice/schema';
import { IconPlus } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import type { Plugin } from '../../api/types.ts';
import type { WidgetProps } from '../../schema-form/form-context.ts';
import { withField } from '../../schema-form/json.ts';
import { useLatest } from '../../schema-form/stable.ts';
import { inputProps } from '../../schema-form/widgets/input-props.tsx';
import { useCatalogue } from '../../scope.ts';
import { PluginCard } from './plugin-card.tsx';
import { PluginPicker } from './plugin-picker.tsx';

/** The plugins of a resource, in the order in which they run. */
export function PluginsWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange } = props;
  const { plugins } = useCatalogue();
  const [isPicking, { open, close }] = useDisclosure();
  const [fresh, setFresh] = useState<string>();
  const [removed, setRemoved] = useState<RemovedPlugin>();
  const configured = isJsonObject(value) ? value : {};
  const set = (name: string, config: unknown) => {
    const next = withField(configured, name, config);
    // Only what somebody emptied here goes away: an empty object that was stored means something to some kinds.
    onChange(Object.keys(next).length === 0 && !field.required ? undefined : next);
  };
  const change = useLatest((name: string, config: unknown) => {
    if (config === undefined) setRemoved({ name, config: configured[name] });
    set(name, config);
  });
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap="sm" mt="xs">
        <Stack gap="sm" role="list" aria-label={field.title}>
          {inRunningOrder(Object.keys(configured), plugins).map((name) => (
            <PluginCard
              key={name}
              name={name}
              plugin={plugins.find((known) => known.name === name)}
              pointer={pointer + pointerOf([name])}
              config={configured[name]}
              isFresh={name === fresh}
              onChange={change}
            />
          ))}
        </Stack>
        {Object.keys(configured).length === 0 && (
          <Text size="sm" c="dimmed">
            No plugins. Requests pass as they are.
          </Text>
        )}
        {removed && !Object.hasOwn(configured, removed.name) && (
          <RemovedNote removed={removed} onPutBack={() => set(removed.name, removed.config)} />
        )}
        <Group>
          <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Add plugin
          </Button>
        </Group>
      </Stack>
      <PluginPicker
        opened={isPicking}
        onClose={close}
        taken={Object.keys(configured)}
        onPick={(name) => {
          set(name, {});
          setFresh(name);
          close();
        }}
      />
    </Input.Wrapper>
  );
}

interface RemovedPlugin {
  readonly name: string;
  readonly config: unknown;
}

/** The settings of a plugin are an hour's work, and the bin is a small button. */
function RemovedNote({ removed, onPutBack }: { readonly removed: RemovedPlugin; readonly onPutBack: () => void }) {
  return (
    <Group gap="xs" role="status">
      <Text size="sm" c="dimmed">
        {removed.name} is taken out.
      </Text>
      <Button variant="default" size="compact-xs" aria-label={`Put back ${removed.name}`} onClick={onPutBack}>
        Put back
      </Button>
    </Group>
  );
}

/** Higher priority runs earlier; what the catalogue does not know stands last. */
function inRunningOrder(names: readonly string[], plugins: readonly Plugin[]): string[] {
  const priority = (name: string) => plugins.find((known) => known.name === name)?.priority ?? -Infinity;
  return names.toSorted((a, b) => priority(b) - priority(a) || a.localeCompare(b));
}
