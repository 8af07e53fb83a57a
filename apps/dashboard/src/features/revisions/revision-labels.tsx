import { ActionIcon, Badge, Button, Checkbox, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconTagPlus, IconX } from '@tabler/icons-react';
import { type FormEvent, type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyCommands } from '../../api/history-commands.ts';
import { groupQueries } from '../../api/queries.ts';
import { useGroup, useMay } from '../../scope.ts';

const labelPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

interface RevisionLabelsProps {
  readonly number: number;
  readonly labels: readonly string[];
}

/** The names that people gave a revision, such as `release-7`. */
export function RevisionLabels({ number, labels }: RevisionLabelsProps): JSX.Element {
  const mayLabel = useMay('editor');
  const removing = useLabelChange(number, (group, label: string) => historyCommands(group).removeLabel(number, label));
  return (
    <Group gap="xs">
      {labels.map((label) => (
        <Badge
          key={label}
          variant="outline"
          rightSection={
            mayLabel && (
              <ActionIcon
                size={16}
                variant="transparent"
                aria-label={`Remove label ${label}`}
                onClick={() => removing.mutate(label)}
              >
                <IconX size={12} aria-hidden />
              </ActionIcon>
            )
          }
        >
          {label}
        </Badge>
      ))}
      {mayLabel && <AddLabel number={number} />}
    </Group>
  );
}

function AddLabel({ number }: { readonly number: number }): JSX.Element {
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <Popover opened={isOpen} onChange={(next) => !next && close()} trapFocus withArrow width={280}>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconTagPlus size={14} aria-hidden />}
          aria-expanded={isOpen}
          onClick={toggle}
        >
          Add label
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <LabelForm number={number} onDone={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function LabelForm({ number, onDone }: { readonly number: number; readonly onDone: () => void }): JSX.Element {
  const [label, setLabel] = useState('');
  const [isExclusive, setIsExclusive] = useState(false);
  const adding = useLabelChange(number, (group, name: string) =>
    historyCommands(group).setLabel(number, name, isExclusive),
  );
  const isWrong = label !== '' && !labelPattern.test(label);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (labelPattern.test(label)) adding.mutate(label, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Label"
          placeholder="release-7"
          data-autofocus
          required
          withAsterisk={false}
          error={isWrong && 'Letters, digits, “.”, “_” and “-”, at most 63.'}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value.trim())}
        />
        <Checkbox
          label="Only this revision has it"
          description="It is taken from all others, like a tag that moves."
          checked={isExclusive}
          onChange={(event) => setIsExclusive(event.currentTarget.checked)}
        />
        <Button type="submit" size="xs" loading={adding.isPending}>
          Add
        </Button>
      </Stack>
    </form>
  );
}

/** Labels are outside of what a revision proves: they change, and the revision does not. */
function useLabelChange(number: number, run: (group: string, label: string) => Promise<unknown>) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (label: string) => run(group, label),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: groupQueries(group).revision(number).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['group', group, 'revisions'] });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not labelled', message: messageOf(error) }),
  });
}
