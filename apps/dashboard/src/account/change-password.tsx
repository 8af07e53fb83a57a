import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { changePassword } from '../api/commands.ts';
import { messageOf } from '../api/errors.ts';

const lengthMin = 10;

interface ChangePasswordProps {
  readonly onDone: () => void;
  /** What the first field is called where the password was given by somebody else. */
  readonly currentLabel?: string;
}

/** A new password for whoever is signed in. */
export function ChangePassword({ onDone, currentLabel = 'Current password' }: ChangePasswordProps): JSX.Element {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const changing = useMutation({ mutationFn: () => changePassword(current, next), onSuccess: onDone });
  const tooShort = next !== '' && next.length < lengthMin;
  const differs = repeated !== '' && repeated !== next;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (next.length >= lengthMin && next === repeated) changing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {changing.isError && (
          <Alert color="red" variant="light" role="alert">
            {messageOf(changing.error)}
          </Alert>
        )}
        <PasswordInput
          label={currentLabel}
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={`At least ${lengthMin} characters.`}
          error={tooShort && `${lengthMin - next.length} more characters are needed.`}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          error={differs && 'This differs from the new password.'}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={repeated}
          onChange={(event) => setRepeated(event.currentTarget.value)}
        />
        <Button type="submit" loading={changing.isPending}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}
