import { MultiSelect, Select, Switch, TagsInput } from '@mantine/core';
import type { JSX } from 'react';
import type { WidgetProps } from '../form-context.ts';
import { useFormScope } from '../form-context.ts';
import { itemIssue } from '../issues.ts';
import { type Accepts, type Schema, typeOf } from '../schema.ts';
import { defaultHint, inputProps, shortBox } from './input-props.tsx';

const searchableFrom = 8;

/** Yes or no; also where the wire says 1 and 0. Left alone, it shows what applies by default. */
export function SwitchWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  const { label, description, error, disabled, 'aria-label': name } = inputProps(props);
  const [on, off] = field.schema.enum ? [1, 0] : [true, false];
  return (
    <Switch
      label={label}
      aria-label={name}
      description={description}
      error={error}
      disabled={disabled}
      checked={(value ?? field.schema.default ?? off) === on}
      onChange={(event) => onChange(event.currentTarget.checked ? on : off)}
    />
  );
}

/** One of a fixed set of values, of any type. */
export function SelectWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  const options = field.schema.enum ?? [];
  return (
    <Select
      {...inputProps(props)}
      data={withStranger(options, value).map(String)}
      value={value === undefined ? null : String(value)}
      placeholder={defaultHint(field) ?? 'Not set'}
      clearable={!field.required}
      searchable={options.length >= searchableFrom}
      styles={shortBox(360)}
      onChange={(text) => onChange(text === null ? undefined : options.find((option) => String(option) === text))}
    />
  );
}

/** A stored value outside the set stays visible, and is for the check to complain about. */
function withStranger(options: readonly unknown[], value: unknown): readonly unknown[] {
  return value === undefined || options.some((option) => String(option) === String(value))
    ? options
    : [...options, value];
}

/** Several of a fixed set of values. */
export function MultiSelectWidget(props: WidgetProps): JSX.Element {
  const { field, value, onChange } = props;
  const chosen = Array.isArray(value) ? value : [];
  const options = field.schema.items?.enum ?? [];
  return (
    <MultiSelect
      {...inputProps(props)}
      data={[...new Set([...options, ...chosen].map(String))]}
      value={chosen.map(String)}
      placeholder={chosen.length === 0 ? (defaultHint(field) ?? 'Any') : ''}
      clearable
      searchable={options.length >= searchableFrom}
      onChange={(texts) =>
        onChange(emptyToAbsent(texts.map((text) => options.find((o) => String(o) === text) ?? text)))
      }
    />
  );
}

/** A list of words or numbers, entered one by one. */
export function TagsWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange } = props;
  const { issues, accepts } = useFormScope();
  const items = Array.isArray(value) ? value : [];
  return (
    <TagsInput
      {...inputProps(props)}
      error={props.error ?? itemIssue(issues, pointer, value)}
      value={items.map(String)}
      placeholder={items.length === 0 ? (defaultHint(field) ?? 'Type and press Enter') : ''}
      clearable
      acceptValueOnBlur
      splitChars={separatorsOf(field.schema.items, accepts)}
      allowDuplicates={field.schema.uniqueItems !== true}
      onChange={(texts) => onChange(emptyToAbsent(texts.map((text) => itemOf(text, field.schema.items))))}
    />
  );
}

const samples = (char: string) => [`a${char}b`, `/a${char}b`, `a:${char}b`, `$a${char}b`, `1${char}1`];

/** What ends a word while somebody types or pastes: nothing that may stand inside one. */
export function separatorsOf(items: Schema | undefined, accepts: Accepts): string[] {
  return [',', ' '].filter((char) => !samples(char).some((text) => accepts(items ?? {}, text)));
}

function itemOf(text: string, schema: Schema | undefined): unknown {
  const isNumeric = schema !== undefined && ['integer', 'number'].includes(typeOf(schema) ?? '');
  return isNumeric && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** No schema of ours tells an empty list from none, and most refuse the empty one. */
function emptyToAbsent(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length === 0 ? undefined : items;
}
