import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type JSX, useState } from 'react';

const debounceMs = 250;

interface FilterFieldProps extends Pick<TextInputProps, 'placeholder' | 'leftSection' | 'flex' | 'miw' | 'maw' | 'w'> {
  /** Accessible name; drawn above the field where `isLabelled`. */
  readonly label: string;
  readonly isLabelled?: boolean;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A word to filter by. Whoever listens hears of it at a small distance behind the typing. */
export function FilterField({ label, isLabelled = false, text, onChange, ...look }: FilterFieldProps): JSX.Element {
  const [typed, setTyped] = useState(text);
  const [followed, setFollowed] = useState(text);
  const report = useDebouncedCallback(onChange, debounceMs);
  // The text changed by another way, such as the back button or “Clear the filters”.
  if (text !== followed) {
    setFollowed(text);
    setTyped(text);
  }
  return (
    <TextInput
      type="search"
      {...(isLabelled ? { label } : { 'aria-label': label })}
      {...look}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        report(currentTarget.value.trim());
      }}
    />
  );
}
