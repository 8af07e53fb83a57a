import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { FoldedFields } from '../folded-fields.tsx';
import { fieldElementId, type WidgetProps } from '../form-context.ts';
import { FieldDescription } from './input-props.tsx';

/** An object inside an object: there or not, and with its fields when it is. */
export function ObjectWidget({ field, pointer, value, onChange, error, blocked }: WidgetProps): JSX.Element {
  const isThere = value !== undefined;
  // A slip of the hand costs nothing: what was taken out comes back as it was.
  const [last, setLast] = useState<unknown>({});
  const toggle = () => {
    if (isThere) setLast(value);
    onChange(isThere ? undefined : last);
  };
  const headingId = `${fieldElementId(pointer)}-heading`;
  return (
    <Stack role="group" aria-labelledby={headingId} gap="xs">
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div>
          <Input.Label id={headingId} labelElement="div" data-required={field.required || undefined}>
            {field.title}
          </Input.Label>
          <Text size="xs" c="dimmed">
            <FieldDescription field={field} blocked={blocked} />
          </Text>
        </div>
        <PresenceButton title={field.title} isThere={isThere} isBlocked={blocked !== undefined} onToggle={toggle} />
      </Group>
      {!isThere && error !== undefined && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
      {isThere && (
        <Stack gap="md" className="nested-fields">
          <FoldedFields schema={field.schema} pointer={pointer} value={value} onChange={onChange} from={6} />
        </Stack>
      )}
    </Stack>
  );
}

interface PresenceButtonProps {
  readonly title: string;
  readonly isThere: boolean;
  readonly isBlocked: boolean;
  readonly onToggle: () => void;
}

function PresenceButton({ title, isThere, isBlocked, onToggle }: PresenceButtonProps): JSX.Element {
  return (
    <Button
      size="compact-sm"
      variant="default"
      flex="none"
      disabled={isBlocked}
      leftSection={isThere ? <IconX size={14} /> : <IconPlus size={14} />}
      aria-label={`${isThere ? 'Remove' : 'Set'} ${title}`}
      onClick={onToggle}
    >
      {isThere ? 'Remove' : 'Set'}
    </Button>
  );
}
