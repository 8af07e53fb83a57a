import { Badge, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { JsonRecord } from '../../api/types.ts';
import { TimeAgo } from '../../ui/time.tsx';
import type { Column } from '../resources/screen.ts';

const shownMax = 3;

interface WordsProps {
  readonly words: readonly string[];
  /** Paths and addresses stand one below the other in the code font. */
  readonly isCode?: boolean;
}

/** The few words that fit a cell, and how many more there are. */
export function Words({ words, isCode = false }: WordsProps): JSX.Element | null {
  if (words.length === 0) return null;
  const shown = words.slice(0, shownMax);
  const hidden = words.slice(shownMax);
  const more = hidden.length > 0 && (
    <Text span inherit c="dimmed" title={hidden.join(', ')}>
      {` +${hidden.length}`}
    </Text>
  );
  if (!isCode) {
    return (
      <Text size="sm" miw={shown.length > 1 ? 110 : undefined}>
        {shown.join(', ')}
        {more}
      </Text>
    );
  }
  return (
    <Text size="xs" ff="monospace" component="div">
      {shown.map((word) => (
        <Text key={word} inherit truncate maw="min(280px, 34vw)" title={word}>
          {word}
        </Text>
      ))}
      {more}
    </Text>
  );
}

/** The texts under any of some fields, single or in a list. */
export function textsOf(value: JsonRecord, ...fields: readonly string[]): string[] {
  return fields.flatMap((field) => value[field] ?? []).map(String);
}

/** A column of words. */
export function wordsColumn(
  title: string,
  read: (value: JsonRecord) => readonly string[],
  options: Partial<Column> = {},
): Column {
  return { title, cell: ({ value }) => <Words words={read(value)} />, ...options };
}

const pluginNames = (value: JsonRecord) => Object.keys((value['plugins'] ?? {}) as JsonRecord);
const labelPairs = (value: JsonRecord) =>
  Object.entries((value['labels'] ?? {}) as JsonRecord).map(([key, text]) => `${key}:${String(text)}`);

/** The plugins of a resource. */
export const pluginsColumn = wordsColumn('Plugins', pluginNames);

/** The labels of a resource. */
export const labelsColumn = wordsColumn('Labels', labelPairs);

/** What a resource is for, in its author's words. */
export const descriptionColumn: Column = {
  title: 'Description',
  cell: ({ value }) => (
    <Text size="sm" c="dimmed" lineClamp={2}>
      {textsOf(value, 'desc').join()}
    </Text>
  ),
};

/** When a resource changed last. */
export const updatedColumn: Column = {
  title: 'Updated',
  sort: 'update_time',
  cell: ({ value }) => {
    const seconds = value['update_time'];
    return typeof seconds === 'number' ? (
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        <TimeAgo at={seconds * 1000} />
      </Text>
    ) : null;
  },
};

/** Whether a resource is in service. */
export const statusColumn: Column = {
  title: 'Status',
  isEssential: true,
  cell: ({ value }) =>
    value['status'] === 0 ? <Badge color="gray">disabled</Badge> : <Badge color="teal">enabled</Badge>,
};
