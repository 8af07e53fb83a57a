import { NumberInput, Textarea, TextInput } from '@mantine/core';
import type { JSX } from 'react';
import type { WidgetProps } from '../form-context.ts';
import { typeOf, variantsOf } from '../schema.ts';
import { defaultHint, inputProps, linesProps, shortBox } from './input-props.tsx';

/** One line of text. An emptied field is taken out, not stored as an empty text. */
export function TextWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  return (
    <TextInput
      {...inputProps(props)}
      value={asText(value)}
      placeholder={defaultHint(field)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

/** Several lines of text, such as a certificate. */
export function LongTextWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  return (
    <Textarea
      {...inputProps(props)}
      {...linesProps}
      value={asText(value)}
      placeholder={defaultHint(field)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

/** A text that becomes a number where the schema would rather have one. */
export function TextOrNumberWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  const [first] = variantsOf(field.schema);
  const prefersNumber = first !== undefined && typeOf(first) !== 'string';
  return (
    <TextInput
      {...inputProps(props)}
      value={asText(value)}
      placeholder={defaultHint(field)}
      onChange={({ currentTarget }) =>
        onChange(prefersNumber ? numberOrText(currentTarget.value) : currentTarget.value || undefined)
      }
    />
  );
}

/** Only texts that read the same as the number: `1.0` and `007` stay what somebody typed. */
export function numberOrText(text: string): number | string | undefined {
  if (text === '') return undefined;
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A number; a limit is the schema's to enforce, so that a wrong one is shown and not changed in silence. */
export function NumberWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  return (
    <NumberInput
      {...inputProps(props)}
      value={typeof value === 'number' ? value : asText(value)}
      placeholder={defaultHint(field)}
      allowDecimal={typeOf(field.schema) !== 'integer'}
      clampBehavior="none"
      hideControls
      styles={shortBox(280)}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
