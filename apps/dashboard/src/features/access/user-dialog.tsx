import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import type { NewUser, User, UserFields } from '../../api/access-types.ts';
import type { Role } from '../../api/types.ts';
import { showTemporaryPassword } from './temporary-password.ts';
import { UserActions } from './user-actions.tsx';
import { UserForm } from './user-form.tsx';

interface UserDialogOptions {
  /** Undefined for a new one. */
  readonly user: User | undefined;
  /** The role, everywhere, of whoever gives roles here. */
  readonly giverRole: Role | undefined;
}

/** Opens the dialog about one user. */
export function openUser(options: UserDialogOptions): void {
  const id = modals.open({
    title: options.user ? `User ${options.user.username}` : 'Create user',
    size: 'lg',
    children: <UserDialog {...options} onDone={() => modals.close(id)} />,
  });
}

function UserDialog({ user, giverRole, onDone }: UserDialogOptions & { readonly onDone: () => void }): JSX.Element {
  const saving = useSaveUser(user, onDone);
  return (
    <>
      <UserForm
        user={user}
        giverRole={giverRole}
        error={saving.error}
        isPending={saving.isPending}
        onSubmit={(fields) => saving.mutate(fields)}
      />
      {user && <UserActions user={user} />}
    </>
  );
}

function useSaveUser(user: User | undefined, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ username, ...fields }: UserFields & { readonly username: string }): Promise<NewUser> => {
      if (!user) return accessCommands.createUser({ username, ...fields });
      return { user: await accessCommands.changeUser(user.username, fields), password: null };
    },
    onSuccess: ({ user: saved, password }) => {
      void queryClient.invalidateQueries({ queryKey: accessQueries.key });
      onDone();
      if (password !== null) showTemporaryPassword(saved.username, password);
    },
  });
}
