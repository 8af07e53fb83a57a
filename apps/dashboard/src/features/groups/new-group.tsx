import { Button, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupsQuery } from '../../api/queries.ts';
import { transferCommands } from '../../api/transfer-commands.ts';
import { paths } from '../../paths.ts';
import { Failure } from '../../ui/states.tsx';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Opens the dialog in which a group is made. */
export function openNewGroup(): void {
  const id = modals.open({ title: 'Create group', children: <NewGroup onDone={() => modals.close(id)} /> });
}

function NewGroup({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [prefix, setPrefix] = useState('');
  const creating = useCreateGroup(onDone);
  const isWrong = name !== '' && !namePattern.test(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!namePattern.test(name)) return;
    creating.mutate({
      name,
      ...(description.trim() === '' ? {} : { description: description.trim() }),
      ...(prefix === '' ? {} : { etcd_prefix: prefix }),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {creating.isError && <Failure title="No group was made" message={messageOf(creating.error)} />}
        <TextInput
          label="Name"
          description="Small letters, digits and “-”. It cannot be changed later."
          placeholder="staging"
          data-autofocus
          required
          withAsterisk={false}
          spellCheck={false}
          error={isWrong && 'Small letters, digits and “-”, beginning with a letter or digit; at most 63.'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.trim())}
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TextInput
          label="etcd prefix"
          description="Where its configuration is published, in cluster mode. Cannot be changed later."
          placeholder={`/sluice/${name || '<name>'}`}
          spellCheck={false}
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value.trim())}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={creating.isPending}>
            Create group
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useCreateGroup(onDone: () => void) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: transferCommands.createGroup,
    onSuccess: async ({ name }) => {
      onDone();
      await queryClient.invalidateQueries(groupsQuery);
      await navigate({ to: paths.overview(name) });
    },
  });
}
