import { Stack, Text } from '@mantine/core';
import { confirm } from '../ui/confirm.tsx';

/** Asks before something is published that connected data planes lack; the question is the control plane's. */
export async function confirmPublishing(question: string): Promise<boolean> {
  const agreed = await confirm({
    title: 'Some data planes cannot run this',
    body: (
      <Stack gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {question}
        </Text>
        <Text size="sm" c="dimmed">
          Later changes do not reach them either, until they are upgraded or this one is undone. To be safe, cancel and
          upgrade them first.
        </Text>
      </Stack>
    ),
    action: 'Publish all the same',
  });
  return agreed !== undefined;
}
