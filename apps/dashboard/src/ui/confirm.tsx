import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type FormEvent, type JSX, type ReactNode, useState } from 'react';
import { ActionButton } from './action-button.tsx';

interface ConfirmOptions {
  /** Names what is acted on: “Delete route orders?” */
  readonly title: string;
  readonly body: ReactNode;
  /** What the button says, as the action is called everywhere else. */
  readonly action: string;
  readonly color?: 'red' | 'sluice';
  /** Whether to ask for some words: a message that stays with the revision, or what else is said here. */
  readonly asksMessage?: boolean | MessageQuestion;
}

/** For which words is asked, and whether they may be left out. */
export interface MessageQuestion {
  readonly label: string;
  readonly description?: string;
  readonly isRequired?: boolean;
  readonly initial?: string;
  /** The only words that will do: for what cannot be taken back at all. */
  readonly mustBe?: string;
}

const revisionMessage: MessageQuestion = {
  label: 'Message',
  description: 'Optional. Stays in the history with the revision.',
};

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
  const question = options.asksMessage === true ? revisionMessage : options.asksMessage || undefined;
  const [message, setMessage] = useState(question?.initial ?? '');
  const isWrong = question?.mustBe !== undefined && message.trim() !== question.mustBe;
  const agree = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) onDone({ message: message.trim() });
  };
  return (
    <form onSubmit={agree}>
      <Stack>
        <Text size="sm" component="div">
          {options.body}
        </Text>
        {question && (
          <Textarea
            label={question.label}
            description={question.description}
            required={question.isRequired ?? false}
            withAsterisk={false}
            autosize
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => onDone(undefined)}>
            Cancel
          </Button>
          <ActionButton
            type="submit"
            color={options.color ?? 'red'}
            refusal={isWrong ? `Type ${question?.mustBe} first.` : undefined}
          >
            {options.action}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
