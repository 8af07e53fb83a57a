import { TextInput } from '@mantine/core';
import type { JSX } from 'react';

interface DayFieldProps {
  readonly label: string;
  /** `2026-11-21`. */
  readonly value: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  /** Told an empty text where the day was taken away. */
  readonly onChange: (day: string) => void;
}

/** A day of the calendar, with the browser's own picker. */
export function DayField({ label, value, min, max, onChange }: DayFieldProps): JSX.Element {
  return (
    <TextInput
      type="date"
      label={label}
      value={value ?? ''}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
