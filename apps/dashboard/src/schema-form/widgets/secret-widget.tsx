import { Button, Group, Input, PasswordInput, Text, Textarea } from '@mantine/core';
import { redacted } from '@sluice/schema';
import { IconLock } from '@tabler/icons-react';
import { type ChangeEvent, type JSX, useState } from 'react';
import type { WidgetProps } from '../form-context.ts';
import { inputProps, linesProps } from './input-props.tsx';

const lineLengthMax = 4096;

/** A secret: what is stored never comes to the browser, so it is kept or replaced, never shown. */
export function SecretWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  const [couldKeep, setCouldKeep] = useState(value === redacted);
  // A private key has lines, which a field for one line would take out.
  const hasLines = field.schema['x-widget'] === 'long-text' || (field.schema.maxLength ?? 0) > lineLengthMax;
  if (value === redacted) {
    if (!couldKeep) setCouldKeep(true);
    return (
      <Input.Wrapper {...inputProps(props)} labelElement="div">
        <Group gap="xs" mt={4}>
          <IconLock size={16} aria-hidden />
          <Text size="sm">Kept as it is</Text>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Replace ${field.title}`}
            onClick={() => onChange('')}
          >
            Replace
          </Button>
        </Group>
      </Input.Wrapper>
    );
  }
  const entry = {
    ...inputProps(props),
    flex: 1,
    autoComplete: 'off',
    value: typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(event.currentTarget.value || (couldKeep ? '' : undefined)),
  };
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      {hasLines ? <Textarea {...entry} {...linesProps} /> : <PasswordInput {...entry} />}
      {couldKeep && (
        <Button variant="default" aria-label={`Keep stored ${field.title}`} onClick={() => onChange(redacted)}>
          Keep
        </Button>
      )}
    </Group>
  );
}
