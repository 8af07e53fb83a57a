import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type FormEvent, type JSX, type ReactNode, useState } from 'react';

interface ConfirmOptions {
  /** Names what is acted on: “Delete route orders?” */
  readonly title: string;
  readonly body: ReactNode;
  /** What the button says, as the action is called everywhere else. */
  readonly action: string;
  readonly color?: 'red' | 'sluice';
  /** Whether to ask for a message that stays with the revision. */
  readonly asksMessage?: boolean;
}

/** What somebody agreed to. */
export interface Confirmation {
  readonly message: string;
}

/** The one way to ask before something that cannot be taken back lightly. Undefined: they thought better of it. */
export function confirm(options: ConfirmOptions): Promise<Confirmation | undefined> {
  return new Promise((resolve) => {
    const id = modals.open({
      title: options.title,
      // Resolving twice is harmless: a promise keeps its first answer.
      onClose: () => resolve(undefined),
      children: (
        <ConfirmForm
          options={options}
          onDone={(confirmation) => {
            resolve(confirmation);
            modals.close(id);
          }}
        />
      ),
    });
  });
}

interface ConfirmFormProps {
  readonly options: ConfirmOptions;
  readonly onDone: (confirmation: Confirmation | undefined) => void;
}

function ConfirmForm({ options, onDone }: ConfirmFormProps): JSX.Element {
  const [message, setMessage] = useState('');
  const agree = (event: FormEvent) => {
    event.preventDefault();
    onDone({ message: message.trim() });
  };
  return (
    <form onSubmit={agree}>
      <Stack>
        <Text size="sm" component="div">
          {options.body}
        </Text>
        {options.asksMessage && (
          <Textarea
            label="Message"
            description="Optional. Stays in the history with the revision."
            autosize
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => onDone(undefined)}>
            Cancel
          </Button>
          <Button type="submit" color={options.color ?? 'red'}>
            {options.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
