import { ActionIcon, Button, Group, Input, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { useFormScope, type WidgetProps } from '../../schema-form/form-context.ts';
import { isWithin } from '../../schema-form/json.ts';
import { inputProps } from '../../schema-form/widgets/input-props.tsx';
import { JsonWidget } from '../../schema-form/widgets/json-widget.tsx';
import { type NodeRow, formOf, nodesFrom, rowsOf } from './nodes.ts';

/** The servers of an upstream as rows of host, port and weight, whichever way they are spelled. */
export function NodesWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange, error, blocked } = props;
  const { issues } = useFormScope();
  // The spelling that was stored stays, so that an edit changes what it means to and nothing else.
  const [form] = useState(() => formOf(value));
  const rows = rowsOf(value);
  if (!rows) return <JsonWidget {...props} />;
  const set = (next: readonly NodeRow[]) => onChange(nodesFrom(next, form));
  const inner = issues.find(({ path }) => path !== pointer && isWithin(path, pointer))?.message;
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Input.Wrapper {...wrapper} error={error ?? inner} labelElement="div">
      <Stack gap={6} my={6}>
        {rows.length > 0 && <Heads />}
        <Stack gap={6} role="list" aria-label={field.title}>
          {rows.map((row, i) => (
            <Row
              key={i}
              row={row}
              number={i + 1}
              onChange={(next) => set(next ? rows.with(i, next) : rows.toSpliced(i, 1))}
            />
          ))}
        </Stack>
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={blocked !== undefined}
          onClick={() => set([...rows, { host: '', port: 80, weight: 1, rest: {} }])}
        >
          Add node
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

function Heads(): JSX.Element {
  return (
    <Group gap="xs" wrap="nowrap" aria-hidden fz="xs" c="dimmed">
      <Text inherit flex={1}>
        Host
      </Text>
      <Text inherit w={84}>
        Port
      </Text>
      <Text inherit w={76}>
        Weight
      </Text>
      <div style={{ width: 28 }} />
    </Group>
  );
}

interface RowProps {
  readonly row: NodeRow;
  readonly number: number;
  readonly onChange: (next: NodeRow | undefined) => void;
}

function Row({ row, number, onChange }: RowProps): JSX.Element {
  return (
    <Group gap="xs" wrap="nowrap" role="listitem">
      <TextInput
        flex={1}
        aria-label={`Host of node ${number}`}
        placeholder="10.0.0.7 or api.internal"
        value={row.host}
        onChange={(event) => onChange({ ...row, host: event.currentTarget.value })}
      />
      <NumberInput
        w={84}
        hideControls
        allowDecimal={false}
        clampBehavior="none"
        aria-label={`Port of node ${number}`}
        placeholder="auto"
        value={row.port ?? ''}
        onChange={(port) => onChange({ ...row, port: port === '' ? undefined : Number(port) })}
      />
      <NumberInput
        w={76}
        hideControls
        allowDecimal={false}
        clampBehavior="none"
        aria-label={`Weight of node ${number}`}
        value={row.weight}
        onChange={(weight) => onChange({ ...row, weight: Number(weight) })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove node ${number}`}
        onClick={() => onChange(undefined)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
