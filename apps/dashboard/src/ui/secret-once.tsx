import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { JSX } from 'react';

interface SecretOnceOptions {
  readonly title: string;
  /** What it is: “Token”. */
  readonly label: string;
  readonly secret: string;
  /** What to do with it. */
  readonly hint: string;
}

/** Shows a secret, in place of whatever dialog is open. It is told this once: only a hash of it is kept. */
export function showSecretOnce(options: SecretOnceOptions): void {
  modals.closeAll();
  const id = modals.open({
    title: options.title,
    size: 'lg',
    // A click beside the dialog must not lose it.
    closeOnClickOutside: false,
    children: <SecretOnce {...options} onDone={() => modals.close(id)} />,
  });
}

function SecretOnce({ label, secret, hint, onDone }: SecretOnceOptions & { readonly onDone: () => void }): JSX.Element {
  return (
    <Stack>
      <Text size="sm">{hint} It is shown this once: only a hash of it is kept.</Text>
      <Code block tabIndex={0} aria-label={label} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : `Copy ${label.toLowerCase()}`}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
