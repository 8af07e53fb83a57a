import { Group, Text, Tooltip } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type JSX, useEffect, useState } from 'react';
import { followGroup, type LiveState } from '../../api/live.ts';

const states: Readonly<Record<LiveState, { label: string; hint: string; color: string }>> = {
  live: { label: 'Live', hint: 'This page follows changes as they happen.', color: 'var(--mantine-color-teal-6)' },
  connecting: { label: 'Connecting', hint: 'Connecting to the control plane.', color: 'var(--mantine-color-gray-5)' },
  lost: {
    label: 'Not live',
    hint: 'The control plane does not answer. Figures may be old; a new attempt follows.',
    color: 'var(--mantine-color-orange-6)',
  },
};

/** Whether the page follows the control plane, and the subscription that makes it do so. */
export function LiveIndicator({ group }: { readonly group: string }): JSX.Element {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => followGroup(queryClient, group, setState), [queryClient, group]);
  const { label, hint, color } = states[state];
  return (
    <Tooltip label={hint}>
      <Group gap={8} wrap="nowrap" role="status" aria-label={`Event stream: ${label}`}>
        <span
          className="live-dot"
          data-live={state === 'live'}
          style={{ '--live-dot-color': color } as React.CSSProperties}
        />
        <Text size="xs" c="dimmed" visibleFrom="xs">
          {label}
        </Text>
      </Group>
    </Tooltip>
  );
}
