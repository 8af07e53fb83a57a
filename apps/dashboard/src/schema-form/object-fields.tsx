import { Alert } from '@mantine/core';
import { isJsonObject, pointerOf } from '@sluice/schema';
import type { JSX } from 'react';
import { FieldView } from './field-view.tsx';
import { fieldElementId, useFormScope } from './form-context.ts';
import { type Field, fieldsOf } from './fields.ts';
import { withField } from './json.ts';
import { type Alternatives, alternativesOf, blockerOf } from './presence.ts';
import { effectiveSchema, type Schema } from './schema.ts';

interface ObjectFieldsProps {
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: unknown;
  readonly onChange: (next: Record<string, unknown>) => void;
  /** Which fields to show, in this order; all of the schema's where it is left out. */
  readonly only?: readonly string[];
}

/** The fields of an object, each in its own row; what is wrong with the object as a whole stands above them. */
export function ObjectFields({ schema, pointer, value, onChange, only }: ObjectFieldsProps): JSX.Element {
  const { issues, accepts } = useFormScope();
  const effective = effectiveSchema(schema, value, accepts);
  const rules = alternativesOf(effective);
  const own = only ? [] : issues.filter(({ path }) => path === pointer);
  return (
    <>
      {own.length > 0 && (
        <Alert color="red" variant="light" id={`${fieldElementId(pointer)}-issues`}>
          {own.map(({ message }) => message).join(' ')}
        </Alert>
      )}
      {pick(fieldsOf(effective), only).map((field) => (
        <FieldView
          key={field.key}
          field={field}
          pointer={pointer + pointerOf([field.key])}
          value={isJsonObject(value) ? value[field.key] : undefined}
          onChange={(next) => onChange(withField(value, field.key, next))}
          blocked={reasonFor(field, rules, effective, value)}
        />
      ))}
    </>
  );
}

function pick(fields: readonly Field[], only: readonly string[] | undefined): readonly Field[] {
  if (!only) return fields;
  const byKey = new Map(fields.map((field) => [field.key, field]));
  return only.map((key) => byKey.get(key)).filter((field) => field !== undefined);
}

function reasonFor(field: Field, rules: readonly Alternatives[], schema: Schema, value: unknown): string | undefined {
  const blocker = blockerOf(rules, field.key, value);
  return blocker === undefined ? undefined : `Clear “${schema.properties?.[blocker]?.title ?? blocker}” to use this.`;
}
