import { ActionIcon, Button, Group, Input, Paper, Stack, Text, TextInput } from '@mantine/core';
import { isJsonObject, pointerOf } from '@sluice/schema';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { FieldView } from '../field-view.tsx';
import { blankOf, fieldOf, valueSchemaOf, widgetOf } from '../fields.ts';
import { useFormScope, type WidgetProps } from '../form-context.ts';
import { withField } from '../json.ts';
import { type Schema, typeOf } from '../schema.ts';
import { inputProps } from './input-props.tsx';
import { numberOrText } from './text-widgets.tsx';

/** An object with free keys, such as labels or headers. */
export function MapWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange, blocked } = props;
  const schema = valueSchemaOf(field.schema) ?? {};
  const entries = Object.entries(isJsonObject(value) ? value : {});
  const set = (key: string, next: unknown) => {
    const changed = withField(value, key, next);
    onChange(Object.keys(changed).length === 0 ? undefined : changed);
  };
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  const Row = isOneLine(schema) ? LineRow : BlockRow;
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap={6} mt={6} role="group" aria-label={field.title}>
        {entries.map(([key, entry]) => (
          <Row
            key={key}
            name={key}
            schema={schema}
            pointer={pointer + pointerOf([key])}
            value={entry}
            onChange={(next) => set(key, next)}
          />
        ))}
        <NewEntry
          title={field.title}
          schema={schema}
          taken={entries.map(([key]) => key)}
          isBlocked={blocked !== undefined}
          onAdd={set}
        />
      </Stack>
    </Input.Wrapper>
  );
}

function isOneLine(schema: Schema): boolean {
  return ['text', 'number', 'text-or-number'].includes(widgetOf(schema));
}

function readValue(text: string, schema: Schema): unknown {
  return typeOf(schema) === 'string' ? text : (numberOrText(text) ?? '');
}

interface RowProps {
  readonly name: string;
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: unknown) => void;
}

function LineRow({ name, schema, pointer, value, onChange }: RowProps): JSX.Element {
  const { issues } = useFormScope();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Text size="sm" ff="monospace" w="35%" pt={7} truncate title={name}>
        {name}
      </Text>
      <TextInput
        flex={1}
        aria-label={`Value of ${name}`}
        value={String(value)}
        error={issues.find(({ path }) => path === pointer)?.message}
        onChange={(event) => onChange(readValue(event.currentTarget.value, schema))}
      />
      <RemoveEntry name={name} onRemove={() => onChange(undefined)} />
    </Group>
  );
}

function BlockRow({ name, schema, pointer, value, onChange }: RowProps): JSX.Element {
  return (
    <Paper withBorder p="sm">
      <Group justify="flex-end" mb={-12}>
        <RemoveEntry name={name} onRemove={() => onChange(undefined)} />
      </Group>
      <FieldView
        field={{ ...fieldOf(name, schema, true), title: name }}
        pointer={pointer}
        value={value}
        onChange={(next) => onChange(next ?? blankOf(schema))}
      />
    </Paper>
  );
}

function RemoveEntry({ name, onRemove }: { readonly name: string; readonly onRemove: () => void }): JSX.Element {
  return (
    <ActionIcon variant="subtle" color="gray" mt={4} aria-label={`Remove ${name}`} onClick={onRemove}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}

interface NewEntryProps {
  readonly title: string;
  readonly schema: Schema;
  /** Keys that are there already. */
  readonly taken: readonly string[];
  readonly isBlocked: boolean;
  readonly onAdd: (key: string, value: unknown) => void;
}

/** A key is complete before it enters the value, so that no half-typed key replaces another. */
function NewEntry({ title, schema, taken, isBlocked, onAdd }: NewEntryProps): JSX.Element {
  const [key, setKey] = useState('');
  const [text, setText] = useState('');
  const [wasLeft, setWasLeft] = useState(false);
  const needsValue = isOneLine(schema);
  const problem = entryProblem({ key, text, needsValue, taken });
  const add = () => {
    setWasLeft(true);
    if (problem !== undefined || key === '') return;
    onAdd(key, needsValue ? readValue(text, schema) : blankOf(schema));
    setKey('');
    setText('');
    setWasLeft(false);
  };
  const onKeyDown = (event: React.KeyboardEvent) => event.key === 'Enter' && (event.preventDefault(), add());
  return (
    <Input.Wrapper error={wasLeft ? problem : undefined}>
      <Group gap="xs" wrap="nowrap" onKeyDown={onKeyDown} onBlur={(event) => leavesRow(event) && add()}>
        <TextInput
          w={needsValue ? '35%' : undefined}
          placeholder="key"
          aria-label={`New key of ${title}`}
          disabled={isBlocked}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        {needsValue && (
          <TextInput
            flex={1}
            placeholder="value"
            aria-label={`New value of ${title}`}
            disabled={isBlocked}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Button variant="default" px="xs" disabled={isBlocked} aria-label={`Add to ${title}`} onClick={add}>
          <IconPlus size={16} />
        </Button>
      </Group>
    </Input.Wrapper>
  );
}

interface TypedEntry {
  readonly key: string;
  readonly text: string;
  readonly needsValue: boolean;
  readonly taken: readonly string[];
}

/** Why what was typed is not part of the value yet; undefined where it can be, or where nothing was typed. */
export function entryProblem({ key, text, needsValue, taken }: TypedEntry): string | undefined {
  if (key === '') return text === '' ? undefined : 'Not added yet: it needs a key.';
  if (taken.includes(key)) return `“${key}” is there already. Change it above.`;
  return needsValue && text === '' ? 'Not added yet: it needs a value.' : undefined;
}

/** A finished pair is taken when somebody goes on without pressing Enter. */
function leavesRow(event: React.FocusEvent): boolean {
  return !event.currentTarget.contains(event.relatedTarget);
}
