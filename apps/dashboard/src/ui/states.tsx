import { Alert, Button, Center, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';

interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly hint: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, hint, action }: EmptyProps): JSX.Element {
  return (
    <Center p="md" pb="xl" mih={130}>
      <Stack align="center" gap="xs" maw={440} ta="center">
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}

interface FailureProps {
  readonly title: string;
  readonly message: string;
  /** To find the failure in the logs. */
  readonly requestId?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** Something could not be read or done; the way on is to try again. */
export function Failure({ title, message, requestId, onRetry }: FailureProps): JSX.Element {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{message}</Text>
        {requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Request {requestId}
          </Text>
        )}
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** The outline of a list that is still on its way. */
export function LoadingRows({ rows = 8 }: { readonly rows?: number }): JSX.Element {
  return (
    <Stack gap="sm" p="md" aria-busy aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, i) => (
        <Group key={i} wrap="nowrap">
          <Skeleton h={14} w="24%" />
          <Skeleton h={14} w="46%" />
          <Skeleton h={14} w="18%" />
        </Group>
      ))}
    </Stack>
  );
}

/** The outline of a page that is still on its way. */
export function LoadingPage(): JSX.Element {
  return (
    <Stack gap="lg">
      <Skeleton h={28} w={220} />
      <Skeleton h={120} radius="md" />
      <LoadingRows />
    </Stack>
  );
}
