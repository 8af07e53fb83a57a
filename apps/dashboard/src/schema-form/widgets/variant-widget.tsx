import { Input, SegmentedControl, Stack } from '@mantine/core';
import { type JSX, useState } from 'react';
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
  const [chosen, setChosen] = useState<number>();
  const index = variantIndex(variants, value, accepts, chosen);
  const variant = variants[index];
  // Who only looks at another shape finds what they wrote in this one again.
  const [left, setLeft] = useState<ReadonlyMap<number, unknown>>(new Map());
  const choose = (next: number) => {
    if (next === index) return;
    const shape = variants[next];
    setChosen(next);
    setLeft(new Map(left).set(index, value));
    onChange(left.has(next) ? left.get(next) : shape && blankOf(shape));
  };
  const { disabled: _disabled, ...wrapper } = inputProps(props);
  return (
    <Stack gap="xs">
      <Input.Wrapper {...wrapper} error={variant ? undefined : wrapper.error} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          // Long names of shapes take a second line on a narrow screen.
          styles={{ root: { flexWrap: 'wrap', maxWidth: '100%' }, control: { flex: '0 0 auto' } }}
          aria-label={`Shape of ${field.title}`}
          disabled={blocked !== undefined}
          data={[
            { value: '-1', label: 'Not set' },
            ...variants.map((schema, i) => ({ value: String(i), label: nameOf(schema) })),
          ]}
          value={String(index)}
          onChange={(choice) => choose(Number(choice))}
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

/**
 * The shape that accepts the value, of several the chosen one; else the one of its type: a half-filled value keeps its
 * shape. An empty object is of every shape that is one.
 */
export function variantIndex(
  variants: readonly Schema[],
  value: unknown,
  accepts: Accepts,
  chosen: number | undefined,
): number {
  if (value === undefined) return -1;
  const first = (fits: (variant: Schema) => boolean) => {
    const preferred = chosen === undefined ? undefined : variants[chosen];
    return preferred && fits(preferred) ? (chosen ?? -1) : variants.findIndex(fits);
  };
  const accepting = first((variant) => accepts(variant, value));
  return accepting >= 0 ? accepting : first((variant) => typeOf(variant) === jsonTypeOf(value));
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
