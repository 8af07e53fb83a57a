import { Text } from '@mantine/core';
import type { JSX } from 'react';
import { Prose } from '../../ui/prose.tsx';
import type { Field } from '../fields.ts';
import type { WidgetProps } from '../form-context.ts';

/** Label, description and state, the same for every input of a form. */
export function inputProps({ field, error, blocked }: WidgetProps) {
  const names = field.isNamedAround
    ? { 'aria-label': field.title }
    : { label: field.title, description: <FieldDescription field={field} blocked={blocked} /> };
  return {
    ...names,
    error,
    disabled: blocked !== undefined,
    required: field.required,
    // The mark is drawn by the style sheet, so that the name of the field stays its title.
    withAsterisk: false,
    labelProps: { 'data-required': field.required || undefined },
  };
}

/** A short value has a short box; what is said about it has all the room. */
export function shortBox(maxWidth: number) {
  return { wrapper: { maxWidth } } as const;
}

/** How an input for several lines of code or PEM looks. */
export const linesProps = {
  autosize: true,
  minRows: 3,
  maxRows: 12,
  spellCheck: false,
  styles: { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } },
} as const;

interface FieldDescriptionProps {
  readonly field: Field;
  readonly blocked?: string | undefined;
}

/** What a field is for, and the name under which it travels: operators know both worlds. */
export function FieldDescription({ field, blocked }: FieldDescriptionProps): JSX.Element {
  return (
    <>
      {blocked ?? (field.description !== undefined && <Prose text={field.description} />)}{' '}
      <Text span inherit ff="monospace" className="wire-name">
        {field.key}
      </Text>
    </>
  );
}

/** What applies when a field stays empty, for its placeholder. */
export function defaultHint(field: Field): string | undefined {
  const { default: fallback } = field.schema;
  if (fallback === undefined || fallback === '') return undefined;
  return Array.isArray(fallback) ? fallback.join(', ') : String(fallback);
}
