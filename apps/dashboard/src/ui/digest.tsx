import { Code, CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import type { JSX } from 'react';

const shownLength = 12;

/** The beginning of a digest, which is enough for the eye; a click copies the whole. */
export function Digest({ value }: { readonly value: string }): JSX.Element {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy the whole digest'}>
          <UnstyledButton onClick={copy} aria-label={`Copy digest ${value.slice(0, shownLength)}`}>
            <Code>{value.slice(0, shownLength)}</Code>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
