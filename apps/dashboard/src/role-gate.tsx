import type { JSX, ReactNode } from 'react';
import type { Role } from './api/types.ts';
import { TextLink } from './links.tsx';
import { paths } from './paths.ts';
import { useGroup, useMay, useRole } from './scope.ts';
import { Empty } from './ui/states.tsx';

const articles: Readonly<Record<Role, string>> = {
  viewer: 'a viewer',
  editor: 'an editor',
  admin: 'an administrator',
  owner: 'an owner',
};

interface RequiresProps {
  readonly role: Role;
  readonly children: ReactNode;
}

/** A page for those who may use it; whoever followed a link without being one of them is told so. */
export function Requires({ role, children }: RequiresProps): JSX.Element {
  const group = useGroup();
  const held = useRole();
  if (useMay(role)) return <>{children}</>;
  return (
    <Empty
      title={`This takes ${articles[role]}`}
      hint={`Your role in the group ${group} is ${held ?? 'none'}. An administrator can give you another one.`}
      action={<TextLink to={paths.overview(group)}>Go to the overview</TextLink>}
    />
  );
}
