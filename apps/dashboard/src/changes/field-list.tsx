import { Badge, Box, Code, Text } from '@mantine/core';
import { pointerKeys, redacted } from '@sluice/schema';
import type { JSX } from 'react';
import type { Operation } from '../api/history-types.ts';
import { concealed, printJson } from '../ui/json-text.ts';

const marks = {
  added: { label: 'added', color: 'teal' },
  removed: { label: 'removed', color: 'red' },
  changed: { label: 'changed', color: 'sluice' },
} as const;

interface FieldListProps {
  readonly fields: readonly Operation[];
  /** Accessible name. */
  readonly label: string;
  readonly isTruncated?: boolean;
}

/** What differs in one resource, field by field. */
export function FieldList({ fields, label, isTruncated = false }: FieldListProps): JSX.Element {
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Only the time of the last change differs.
      </Text>
    );
  }
  return (
    <Box component="ul" className="field-list" aria-label={label}>
      {fields.map((field) => (
        <Box component="li" key={`${field.op} ${field.path}`}>
          <Badge color={marks[field.op].color}>{marks[field.op].label}</Badge>
          <FieldPath pointer={field.path} />
          <FieldValues field={field} />
        </Box>
      ))}
      {isTruncated && (
        <Text component="li" size="sm" c="dimmed">
          More fields differ; the JSON has all of them.
        </Text>
      )}
    </Box>
  );
}

/** A JSON pointer as people say it. */
export function FieldPath({ pointer }: { readonly pointer: string }): JSX.Element {
  const keys = pointerKeys(pointer);
  return (
    <Text component="span" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {keys.length === 0 ? 'everything' : keys.join(' › ')}
    </Text>
  );
}

function FieldValues({ field }: { readonly field: Operation }): JSX.Element {
  if (field.secret || field.after === redacted || field.before === redacted) {
    return (
      <Text component="span" size="sm" c="dimmed">
        a secret
      </Text>
    );
  }
  return (
    <span className="field-values">
      {'before' in field && field.op !== 'added' && <FieldValue tone="removed" value={field.before} />}
      {'after' in field && field.op !== 'removed' && <FieldValue tone="added" value={field.after} />}
    </span>
  );
}

/** A value as it stands in the configuration; long ones wrap and scroll within bounds. */
export function FieldValue({ tone, value }: { readonly tone?: 'added' | 'removed'; readonly value: unknown }) {
  const text = printJson(concealed(value));
  const isLong = text.length > 80 || text.includes('\n');
  return (
    <Code data-tone={tone} block={isLong} {...(isLong ? { tabIndex: 0 } : {})} className="field-value">
      {tone !== undefined && <span className="visually-hidden">{tone === 'added' ? 'now ' : 'before '}</span>}
      {text}
    </Code>
  );
}
