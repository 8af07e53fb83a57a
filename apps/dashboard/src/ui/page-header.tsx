import { Group, Stack, Text, Title } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  /** A line above the title that leads back up. */
  readonly above?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
}

/** The head of every page: what it is about, and what can be done with it. */
export function PageHeader({ title, above, description, actions }: PageHeaderProps): JSX.Element {
  return (
    <Group justify="space-between" align="flex-end" gap="sm" mb="lg">
      <Stack gap={2} miw={0}>
        {above}
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {description !== undefined && (
          <Text size="sm" c="dimmed" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
