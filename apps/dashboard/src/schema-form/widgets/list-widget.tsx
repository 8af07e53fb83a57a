import { ActionIcon, Button, Group, Input, Paper, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import { FieldView } from '../field-view.tsx';
import { blankOf, fieldOf, widgetOf } from '../fields.ts';
import type { WidgetProps } from '../form-context.ts';
import { withItem } from '../json.ts';
import { ObjectFields } from '../object-fields.tsx';
import { inputProps } from './input-props.tsx';

/** A list of objects, or of anything that takes more than a word. */
export function ListWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange, blocked } = props;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const itemSchema = field.schema.items ?? {};
  const itemTitle = itemSchema.title ?? 'Item';
  const setItem = (index: number, next: unknown) => onChange(withItem(items, index, next));
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap="xs" mt={6}>
        <Stack gap="xs" role="list" aria-label={field.title}>
          {items.map((item, i) => (
            <Paper key={i} withBorder p="sm" role="listitem">
              <Group justify="space-between" mb={4}>
                <Text size="xs" fw={600} c="dimmed">
                  {itemTitle} {i + 1}
                </Text>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${itemTitle} ${i + 1}`}
                  onClick={() => setItem(i, undefined)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
              <Stack gap="sm">
                {widgetOf(itemSchema) === 'object' ? (
                  <ObjectFields
                    schema={itemSchema}
                    pointer={`${pointer}/${i}`}
                    value={item}
                    onChange={(next) => setItem(i, next)}
                  />
                ) : (
                  <FieldView
                    field={fieldOf(`${itemTitle} ${i + 1}`, itemSchema, true)}
                    pointer={`${pointer}/${i}`}
                    value={item}
                    // An emptied item stays in its place until somebody removes it.
                    onChange={(next) => setItem(i, next ?? blankOf(itemSchema))}
                  />
                )}
              </Stack>
            </Paper>
          ))}
        </Stack>
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} />}
          disabled={blocked !== undefined}
          onClick={() => onChange([...items, blankOf(itemSchema)])}
        >
          Add {itemTitle.toLowerCase()}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
