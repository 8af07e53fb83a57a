import { ActionIcon, Tooltip } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

interface IconActionProps {
  /** What it does, and to what: also its tip. */
  readonly label: string;
  readonly children: ReactNode;
  readonly onClick: () => void;
  /** Why the action cannot be taken; undefined where it can. */
  readonly refusal?: string | undefined;
}

/** A button that is only an icon; its tip says what it does, or why it cannot. */
export function IconAction({ label, children, onClick, refusal }: IconActionProps): JSX.Element {
  const isRefused = refusal !== undefined;
  return (
    <Tooltip label={refusal ?? label} multiline={isRefused} maw={280} openDelay={isRefused ? 200 : 600}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        // It stays reachable by keyboard, so that its reason is too.
        {...(isRefused ? { 'data-disabled': true, 'aria-disabled': true, 'aria-description': refusal } : { onClick })}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
