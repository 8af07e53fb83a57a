import { Group, Paper, Title } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

interface PanelProps {
  readonly title?: ReactNode;
  /** Stands at the end of the title's line. */
  readonly aside?: ReactNode;
  /** Tables reach from edge to edge. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled part of a page on its own ground. */
export function Panel({ title, aside, flush = false, children }: PanelProps): JSX.Element {
  return (
    <Paper component="section" withBorder radius="md" p={flush ? 0 : 'md'} style={{ overflow: 'hidden' }}>
      {title !== undefined && (
        <Group justify="space-between" px={flush ? 'md' : 0} pt={flush ? 'md' : 0} pb="sm">
          <Title order={2}>{title}</Title>
          {aside}
        </Group>
      )}
      {children}
    </Paper>
  );
}
