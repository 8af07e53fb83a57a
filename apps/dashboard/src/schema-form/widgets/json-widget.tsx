import { Textarea } from '@mantine/core';
import { equalJson } from '@sluice/schema';
import { type JSX, useState } from 'react';
import { printJson, readJson } from '../../ui/json-text.ts';
import { useFormScope, type WidgetProps } from '../form-context.ts';
import { itemIssue } from '../issues.ts';
import { defaultHint, inputProps } from './input-props.tsx';

/** Any value, as JSON. Half-typed JSON stands in the draft as a text, so that it can neither be saved nor lost. */
export function JsonWidget(props: WidgetProps): JSX.Element {
  const { field, pointer, value, onChange } = props;
  const { issues } = useFormScope();
  const [typed, setTyped] = useState(() => printJson(value));
  const text = equalJson(meaningOf(typed), value) ? typed : printJson(value);
  const parsed = readJson(text || 'null');
  return (
    <Textarea
      {...inputProps(props)}
      error={
        'problem' in parsed
          ? `Not valid JSON yet: ${parsed.problem}`
          : (props.error ?? itemIssue(issues, pointer, value))
      }
      autosize
      minRows={2}
      maxRows={16}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      placeholder={defaultHint(field)}
      value={text}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onChange(meaningOf(currentTarget.value));
      }}
    />
  );
}

function meaningOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  const parsed = readJson(text);
  return 'value' in parsed ? parsed.value : text;
}
