import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef, JSX } from 'react';

interface ActionButtonProps extends ButtonProps, Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> {
  /** Why the action cannot be taken; undefined where it can. */
  readonly refusal: string | undefined;
}

/** A button that says why when it cannot be used, and stays reachable by keyboard so that the reason is too. */
export function ActionButton({ refusal, onClick, ...props }: ActionButtonProps): JSX.Element {
  if (refusal === undefined) return <Button {...props} onClick={onClick} />;
  // A colour of its own would make it look usable.
  const { c: _color, ...plain } = props;
  return (
    <Tooltip label={refusal} multiline maw={280}>
      <Button
        {...plain}
        type="button"
        data-disabled
        aria-disabled
        aria-description={refusal}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
