import { Button, Group, Input, Paper, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { FieldView } from '../field-view.tsx';
import { blankOf, type Field, itemTitleOf, widgetOf } from '../fields.ts';
import type { WidgetProps } from '../form-context.ts';
import { withItem, withSwapped } from '../json.ts';
import { ObjectFields } from '../object-fields.tsx';
import type { Schema } from '../schema.ts';
import { inputProps } from './input-props.tsx';
import { useItemKeys } from './item-keys.ts';
import { ListItemActions } from './list-item-actions.tsx';

/** A list of objects, or of anything that takes more than a word; its items can be moved. */
export function ListWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange, blocked } = props;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const { keys, swap, remove } = useItemKeys(items.length);
  const schema = field.schema.items ?? {};
  const title = itemTitleOf(field);
  const move = (index: number, other: number) => {
    swap(index, other);
    onChange(withSwapped(items, index, other));
  };
  const takeOut = (index: number) => {
    remove(index);
    onChange(withItem(items, index, undefined));
  };
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap="xs" mt={6}>
        <Stack gap="xs" role="list" aria-label={field.title}>
          {items.map((item, i) => (
            <ListItem
              key={keys[i]}
              title={`${title} ${i + 1}`}
              schema={schema}
              pointer={`${pointer}/${i}`}
              value={item}
              // An emptied item stays in its place until somebody removes it.
              onChange={(next) => onChange(withItem(items, i, next ?? blankOf(schema)))}
              actions={
                <ListItemActions title={`${title} ${i + 1}`} items={items} index={i} onMove={move} onRemove={takeOut} />
              }
            />
          ))}
        </Stack>
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} />}
          disabled={blocked !== undefined}
          onClick={() => onChange([...items, blankOf(schema)])}
        >
          Add {title.charAt(0).toLowerCase() + title.slice(1)}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface ListItemProps {
  readonly title: string;
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: unknown) => void;
  readonly actions: JSX.Element;
}

/** An object in a frame of its own; anything else in one row. */
function ListItem({ title, schema, pointer, value, onChange, actions }: ListItemProps): JSX.Element {
  if (widgetOf(schema) !== 'object') {
    const field: Field = { key: '', title, description: undefined, required: true, isNamedAround: true, schema };
    return (
      <Group role="listitem" gap="xs" wrap="nowrap" align="flex-start">
        <div style={{ flex: 1, minWidth: 0 }}>
          <FieldView field={field} pointer={pointer} value={value} onChange={onChange} />
        </div>
        {actions}
      </Group>
    );
  }
  return (
    <Paper withBorder p="sm" role="listitem" aria-label={title}>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="xs" fw={600} c="dimmed">
          {title}
        </Text>
        {actions}
      </Group>
      <Stack gap="sm">
        <ObjectFields schema={schema} pointer={pointer} value={value} onChange={onChange} />
      </Stack>
    </Paper>
  );
}
