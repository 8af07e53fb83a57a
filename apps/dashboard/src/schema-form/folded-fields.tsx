import { Button } from '@mantine/core';
import { isJsonObject, pointerOf } from '@sluice/schema';
import { type JSX, useState } from 'react';
import { type Field, fieldsOf } from './fields.ts';
import { type FormScope, useFormScope } from './form-context.ts';
import { isWithin } from './json.ts';
import { ObjectFields } from './object-fields.tsx';
import { alternativesOf } from './presence.ts';
import { effectiveSchema, type Schema } from './schema.ts';

interface FoldedFieldsProps {
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: Record<string, unknown>) => void;
  /** An object with more fields than this is folded. */
  readonly from: number;
  /** So many of the first fields are shown in any case. */
  readonly first?: number;
}

/** All fields of a small object; of a large one those that matter now, and the rest on demand. */
export function FoldedFields({ from, first = 0, ...props }: FoldedFieldsProps): JSX.Element {
  const scope = useFormScope();
  const schema = effectiveSchema(props.schema, props.value, scope.accepts);
  const fields = fieldsOf(schema);
  // What was shown once stays, so that a field does not vanish under the hands of who empties it, or because others joined.
  const [isOpen, setIsOpen] = useState(fields.length <= from);
  const [initial] = useState(() => importantKeys(schema, props.value, fields.slice(0, first)));
  const shown = fields
    .filter(({ key, required }) => required || initial.has(key) || isCalledFor(scope, props.pointer + pointerOf([key])))
    .map(({ key }) => key);
  if (isOpen || shown.length === fields.length) return <ObjectFields {...props} />;
  return (
    <>
      <ObjectFields {...props} only={shown} />
      <Button variant="subtle" size="compact-sm" style={{ alignSelf: 'flex-start' }} onClick={() => setIsOpen(true)}>
        Show {fields.length - shown.length} more fields
      </Button>
    </>
  );
}

function importantKeys(schema: Schema, value: unknown, first: readonly Field[]): Set<string> {
  const present = isJsonObject(value) ? Object.keys(value) : [];
  const alternatives = alternativesOf(schema).flatMap(({ sets }) => sets[0] ?? []);
  return new Set([...first.map(({ key }) => key), ...present, ...alternatives]);
}

function isCalledFor({ issues, target }: FormScope, pointer: string): boolean {
  return issues.some(({ path }) => isWithin(path, pointer)) || (target !== undefined && isWithin(target, pointer));
}
