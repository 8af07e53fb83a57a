import type { JSX } from 'react';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useCatalogue, useGroup } from '../scope.ts';

/** The way to a resource that is known by kind and id, in a sentence; only its words where the kind is unknown. */
export function OwnerLink({ kind, id }: { readonly kind: string; readonly id: string }): JSX.Element {
  const group = useGroup();
  const known = useCatalogue().kinds.find(({ name }) => name === kind);
  if (!known) return <span>{`${kind} ${id}`}</span>;
  return (
    <TextLink inherit underline="always" to={paths.resource(group, known.plural, id)}>
      {known.label} {id}
    </TextLink>
  );
}
