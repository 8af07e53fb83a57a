import { Text } from '@mantine/core';
import type { JSX } from 'react';
import type { ResourceError } from '../api/types.ts';
import { OwnerLink } from './owner-link.tsx';

/** What was refused and why, a line each, with the way to the resource. */
export function Refused({ errors }: { readonly errors: readonly ResourceError[] }): JSX.Element {
  return (
    <>
      {errors.map((error) => (
        <Text key={`${error.kind} ${error.id}`} size="sm">
          <ResourceLink kind={error.kind} id={error.id} />
          {error.message}
          {error.field !== undefined && ` (${error.field})`}
        </Text>
      ))}
    </>
  );
}

/** Nothing where the whole of a revision was refused and no resource is to blame. */
function ResourceLink({ kind, id }: { readonly kind: string; readonly id: string }): JSX.Element | null {
  if (kind === '') return null;
  return (
    <>
      <OwnerLink kind={kind} id={id} />
      {': '}
    </>
  );
}
