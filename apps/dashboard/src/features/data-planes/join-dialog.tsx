import { Button, Code, CopyButton, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { groupCommands, type JoinTokenRequest } from '../../api/commands.ts';
import { messageOf } from '../../api/errors.ts';
import { fleetQueries } from '../../api/fleet-queries.ts';
import type { NewJoinToken } from '../../api/types.ts';
import { Failure } from '../../ui/states.tsx';

const HOUR_S = 3_600;
const lifetimes = [
  { value: String(HOUR_S), label: 'One hour' },
  { value: String(24 * HOUR_S), label: 'One day' },
  { value: String(30 * 24 * HOUR_S), label: '30 days' },
  { value: 'never', label: 'It does not expire' },
];

/** Opens the dialog in which a join token is made, and told this once. */
export function openJoinDialog(group: string): void {
  const id = modals.open({
    title: 'Add a data plane',
    size: 'lg',
    children: <JoinDialog group={group} onDone={() => modals.close(id)} />,
  });
}

interface JoinDialogProps {
  readonly group: string;
  readonly onDone: () => void;
}

function JoinDialog({ group, onDone }: JoinDialogProps): JSX.Element {
  const queryClient = useQueryClient();
  const creating = useMutation({
    mutationFn: groupCommands(group).createJoinToken,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: fleetQueries(group).joinTokens().queryKey }),
  });
  if (creating.data) return <TokenMade group={group} made={creating.data} onDone={onDone} />;
  return (
    <Stack>
      {creating.error && <Failure title="No token was made" message={messageOf(creating.error)} />}
      <TokenForm isPending={creating.isPending} onSubmit={(wanted) => creating.mutate(wanted)} />
    </Stack>
  );
}

interface TokenFormProps {
  readonly isPending: boolean;
  readonly onSubmit: (wanted: JoinTokenRequest) => void;
}

function TokenForm({ isPending, onSubmit }: TokenFormProps): JSX.Element {
  const [name, setName] = useState('');
  const [lifetime, setLifetime] = useState(String(HOUR_S));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const seconds = lifetime === 'never' ? {} : { expires_in_seconds: Number(lifetime) };
    onSubmit({ name: name.trim(), ...seconds });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          A data plane on another machine joins with a token. By it the data plane knows this control plane, and this
          control plane lets it in.
        </Text>
        <TextInput
          label="Name"
          description="What the token is for, such as a rack or a ticket."
          data-autofocus
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="New data planes may join for"
          description="Those that have joined stay until the token is revoked."
          data={lifetimes}
          allowDeselect={false}
          value={lifetime}
          onChange={(next) => setLifetime(next ?? lifetime)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Make a token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface TokenMadeProps extends JoinDialogProps {
  readonly made: NewJoinToken;
}

/** The address is a guess: the control plane is reached by data planes where it is reached by browsers. */
function TokenMade({ group, made, onDone }: TokenMadeProps): JSX.Element {
  const settings = [
    `SLUICE_CONTROL_PLANE=${location.hostname}:9190`,
    `SLUICE_GROUP=${group}`,
    `SLUICE_JOIN_TOKEN=${made.token}`,
  ].join('\n');
  return (
    <Stack>
      <Text size="sm">
        Start the data plane with these settings. The token is shown this once: only a hash of it is kept.
      </Text>
      <Code block tabIndex={0} aria-label="Settings of the data plane" style={{ overflowWrap: 'anywhere' }}>
        {settings}
      </Code>
      <Text size="xs" c="dimmed">
        Name the address and the gRPC port under which data planes reach this control plane.
      </Text>
      <Group justify="flex-end">
        <CopyButton value={settings}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy settings'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
