import type { ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { JSX, ReactNode } from 'react';
import type { WayBack } from '../api/history-commands.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { WayBackDialog } from './way-back-dialog.tsx';

interface WayBackButtonProps extends Pick<ButtonProps, 'size' | 'leftSection'> {
  readonly back: WayBack;
  /** Names what is gone back on: “Roll back to revision 3?” */
  readonly title: string;
  /** What it means, for those who do it the first time. */
  readonly explanation: ReactNode;
  /** What the button says, here and in the dialog. */
  readonly action: string;
  /** Why it cannot be done now; undefined where it can. */
  readonly refusal?: string | undefined;
  /** Tells apart buttons that say the same. */
  readonly 'aria-label'?: string;
}

/** A way back in history. Nothing is done before its effect was shown. */
export function WayBackButton({ back, title, explanation, action, refusal, ...look }: WayBackButtonProps): JSX.Element {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <ActionButton variant="default" refusal={refusal} onClick={open} {...look}>
        {action}
      </ActionButton>
      <WayBackDialog
        back={back}
        title={title}
        explanation={explanation}
        action={action}
        opened={isOpen}
        onClose={close}
      />
    </>
  );
}
