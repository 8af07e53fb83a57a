import { Button } from '@mantine/core';
import type { JSX } from 'react';
import type { Kind } from '../../api/types.ts';
import { Empty } from '../../ui/states.tsx';
import { CreateButton } from './create-button.tsx';
import { useScreen } from './screen.ts';

interface NoResourcesProps {
  readonly kind: Kind;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

/** Nothing found, or nothing there yet: two different things to do. */
export function NoResources({ kind, isFiltered, onClear }: NoResourcesProps): JSX.Element {
  const { emptyHint } = useScreen(kind);
  if (isFiltered) {
    return (
      <Empty
        title="Nothing matches"
        hint="Search looks at id, name, description, paths, hosts, labels and usernames."
        action={
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      title={`No ${kind.plural.replaceAll('_', ' ')} yet`}
      hint={emptyHint}
      action={kind.parent ? undefined : <CreateButton kind={kind} label={`Create your first ${kind.label}`} />}
    />
  );
}
