import { IconListSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Resource } from '../../api/types.ts';
import { ButtonLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup, useMay } from '../../scope.ts';
import { requestFor } from './request-for-route.ts';

/** The way from a route to the playground, with a request that the route is meant for. */
export function ExplainLink({ resource }: { readonly resource: Resource }): JSX.Element | null {
  const group = useGroup();
  const mayRun = useMay('editor');
  if (!mayRun) return null;
  return (
    <ButtonLink
      to={paths.playground(group)}
      search={requestFor(resource.value)}
      variant="default"
      leftSection={<IconListSearch size={16} aria-hidden />}
    >
      Explain a request
    </ButtonLink>
  );
}
