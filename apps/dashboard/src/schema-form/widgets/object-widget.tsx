import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { isJsonObject, pointerOf } from '@sluice/schema';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { fieldsOf } from '../fields.ts';
import { fieldElementId, type FormScope, useFormScope, type WidgetProps } from '../form-context.ts';
import { isWithin } from '../json.ts';
import { ObjectFields } from '../object-fields.tsx';
import { alternativesOf } from '../presence.ts';
import { effectiveSchema, type Schema } from '../schema.ts';
import { FieldDescription } from './input-props.tsx';

/** An object inside an object: there or not, and with its fields when it is. */
export function ObjectWidget({ field, pointer, value, onChange, error, blocked }: WidgetProps): JSX.Element {
  const isThere = value !== undefined;
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
        <PresenceButton
          title={field.title}
          isThere={isThere}
          isBlocked={blocked !== undefined}
          onToggle={() => onChange(isThere ? undefined : {})}
        />
      </Group>
      {!isThere && error !== undefined && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
      {isThere && (
        <Stack gap="md" className="nested-fields">
          <FoldedFields schema={field.schema} pointer={pointer} value={value} onChange={onChange} />
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

interface FoldedFieldsProps {
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: Record<string, unknown>) => void;
}

/** All fields of a small object; of a large one those that matter now, and the rest on demand. */
function FoldedFields(props: FoldedFieldsProps): JSX.Element {
  const scope = useFormScope();
  const schema = effectiveSchema(props.schema, props.value, scope.accepts);
  const keys = fieldsOf(schema).map(({ key }) => key);
  // What was shown once stays, so that a field does not vanish under the hands of who empties it.
  const [initial] = useState(() => importantKeys(schema, props.value));
  const [isOpen, setIsOpen] = useState(false);
  const shown = keys.filter((key) => initial.has(key) || isCalledFor(scope, props.pointer + pointerOf([key])));
  if (isOpen || keys.length <= foldedFrom || shown.length === keys.length) return <ObjectFields {...props} />;
  return (
    <>
      <ObjectFields {...props} only={shown} />
      <Button variant="subtle" size="compact-sm" style={{ alignSelf: 'flex-start' }} onClick={() => setIsOpen(true)}>
        Show {keys.length - shown.length} more fields
      </Button>
    </>
  );
}

const foldedFrom = 6;

function importantKeys(schema: Schema, value: unknown): Set<string> {
  const present = isJsonObject(value) ? Object.keys(value) : [];
  const alternatives = alternativesOf(schema).flatMap(({ sets }) => sets[0] ?? []);
  return new Set([
    ...present,
    ...alternatives,
    ...fieldsOf(schema).flatMap(({ key, required }) => (required ? key : [])),
  ]);
}

function isCalledFor({ issues, target }: FormScope, pointer: string): boolean {
  return issues.some(({ path }) => isWithin(path, pointer)) || (target !== undefined && isWithin(target, pointer));
}
