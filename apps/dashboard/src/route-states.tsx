import { Center } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { JSX } from 'react';
import { ApiError, messageOf } from './api/errors.ts';
import { TextLink } from './links.tsx';
import { paths } from './paths.ts';
import { Empty, Failure } from './ui/states.tsx';

/** What a page shows when it could not be read. */
export function RouteFailure({ error, reset }: ErrorComponentProps): JSX.Element {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Failure title="This page could not be shown" message={messageOf(error)} requestId={requestId} onRetry={retry} />
  );
}

/** What an address leads to that leads nowhere, or does not any more. */
export function NotFound(): JSX.Element {
  return (
    <Center mih={320}>
      <Empty
        title="There is nothing here"
        hint="It may have been deleted. Its history is still among the revisions."
        action={<TextLink to={paths.home()}>Go to the overview</TextLink>}
      />
    </Center>
  );
}
