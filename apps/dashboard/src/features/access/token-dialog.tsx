import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { accessQueries } from '../../api/access-queries.ts';
import type { NewToken, TokenRequest } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import type { Kind, Role } from '../../api/types.ts';
import { Failure } from '../../ui/states.tsx';
import { showSecretOnce } from '../../ui/secret-once.tsx';
import { TokenForm } from './token-form.tsx';

interface TokenDialogOptions {
  readonly title: string;
  /** The strongest role that the token may have. */
  readonly roleMax: Role | undefined;
  /** The groups that it may be for; it may also be for none in particular, where `isForAll`. */
  readonly groups: readonly string[];
  readonly isForAll: boolean;
  readonly kinds: readonly Kind[];
  readonly create: (wanted: TokenRequest) => Promise<NewToken>;
}

/** Opens the dialog in which a token is made, and told this once. */
export function openTokenDialog(options: TokenDialogOptions): void {
  modals.open({ title: options.title, size: 'lg', children: <TokenDialog {...options} /> });
}

function TokenDialog({ create, ...limits }: TokenDialogOptions): JSX.Element {
  const queryClient = useQueryClient();
  const creating = useMutation({
    mutationFn: create,
    onSuccess: ({ token, secret }) => {
      void queryClient.invalidateQueries({ queryKey: accessQueries.key });
      showSecretOnce({
        title: `Token ${token.name}`,
        label: 'Token',
        secret,
        hint: 'Send it as the header X-API-KEY, or as a bearer token.',
      });
    },
  });
  return (
    <>
      {creating.isError && <Failure title="No token was made" message={messageOf(creating.error)} />}
      <TokenForm {...limits} isPending={creating.isPending} onSubmit={(wanted) => creating.mutate(wanted)} />
    </>
  );
}
