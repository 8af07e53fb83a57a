import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type JSX, useState } from 'react';
import { messageOf } from '../api/errors.ts';
import type { Effect } from '../api/history-types.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import { EffectView } from './effect-view.tsx';

interface ApplyPanelProps {
  readonly title: string;
  readonly effect: Effect;
  /** What to say where nothing would change. */
  readonly nothing: string;
  readonly action: string;
  /** Whether it takes the approval of a second person. */
  readonly becomesDraft: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onApply: (message: string) => void;
}

/** The effect of something large, and the last word on it. */
export function ApplyPanel({
  title,
  effect,
  nothing,
  action,
  becomesDraft,
  isPending,
  error,
  onApply,
}: ApplyPanelProps): JSX.Element {
  const [message, setMessage] = useState('');
  const { create, update, delete: removed } = effect.counts;
  return (
    <Panel title={title}>
      <Stack>
        <EffectView effect={effect} nothing={nothing} />
        {error && <Failure title="Nothing was changed" message={messageOf(error)} />}
        {create + update + removed > 0 && (
          <>
            <Textarea
              label="Message"
              description="Optional. Stays in the history with the revision."
              autosize
              value={message}
              onChange={(event) => setMessage(event.currentTarget.value)}
            />
            {becomesDraft && (
              <Text size="sm" c="dimmed">
                Changes of this group need the approval of a second person: this becomes a draft.
              </Text>
            )}
            <Group justify="flex-end">
              <Button loading={isPending} onClick={() => onApply(message.trim())}>
                {becomesDraft ? 'Into a draft' : action}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Panel>
  );
}
