import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Draft } from '../api/draft-types.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';

/** Tells that a change waits in a draft: it is not live, and where to go on. */
export function announceEdit(group: string, draft: Draft, what: string): void {
  const id = `draft-${draft.id}`;
  notifications.hide(id);
  notifications.show({
    id,
    withBorder: true,
    message: (
      <Stack gap={4}>
        <Text size="sm">
          {what} is in draft {draft.id}, and not live yet.
        </Text>
        <TextLink size="xs" to={paths.draft(group, draft.id)} onClick={() => notifications.hide(id)}>
          Review draft {draft.id}
        </TextLink>
      </Stack>
    ),
  });
}
