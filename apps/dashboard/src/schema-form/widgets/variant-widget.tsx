import { Input, SegmentedControl, Stack } from '@mantine/core';
import type { JSX } from 'react';
import { FieldView } from '../field-view.tsx';
import { blankOf, type Field } from '../fields.ts';
import { useFormScope, type WidgetProps } from '../form-context.ts';
import { type Accepts, type Schema, typeOf, variantsOf } from '../schema.ts';
import { inputProps } from './input-props.tsx';

const typeNames: Readonly<Record<string, string>> = {
  object: 'Object',
  array: 'List',
  string: 'Text',
  number: 'Number',
  integer: 'Number',
  boolean: 'Yes or no',
  null: 'Nothing',
};

/** A value of one of several shapes: first which, then the value. */
export function VariantWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange, blocked } = props;
  const { accepts } = useFormScope();
  const variants = variantsOf(field.schema);
  const index = variantIndex(variants, value, accepts);
  const variant = variants[index];
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Stack gap="xs">
      <Input.Wrapper {...wrapper} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label={`Shape of ${field.title}`}
          disabled={blocked !== undefined}
          data={[
            { value: '-1', label: 'Not set' },
            ...variants.map((schema, i) => ({ value: String(i), label: nameOf(schema) })),
          ]}
          value={String(index)}
          onChange={(choice) => {
            const chosen = variants[Number(choice)];
            onChange(chosen && blankOf(chosen));
          }}
        />
      </Input.Wrapper>
      {variant && (
        <div className="nested-fields">
          <FieldView field={fieldFor(field, variant)} pointer={pointer} value={value} onChange={onChange} />
        </div>
      )}
    </Stack>
  );
}

function nameOf(schema: Schema): string {
  return schema.title ?? typeNames[typeOf(schema) ?? ''] ?? 'Other';
}

function fieldFor(field: Field, variant: Schema): Field {
  return { ...field, title: nameOf(variant), description: variant.description, schema: variant };
}

/** The shape that accepts the value, else the one of its type: a half-filled value keeps its shape. */
function variantIndex(variants: readonly Schema[], value: unknown, accepts: Accepts): number {
  if (value === undefined) return -1;
  const accepting = variants.findIndex((variant) => accepts(variant, value));
  return accepting >= 0 ? accepting : variants.findIndex((variant) => typeOf(variant) === jsonTypeOf(value));
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
