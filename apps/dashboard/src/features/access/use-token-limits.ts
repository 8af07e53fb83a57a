import { useQuery } from '@tanstack/react-query';
import { groupsQuery } from '../../api/queries.ts';
import { includesRole, roleIn, roles } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';
import { useGrants } from '../../scope.ts';

interface TokenLimits {
  readonly roleMax: Role | undefined;
  readonly groups: readonly string[];
  readonly isForAll: boolean;
}

/** What a token that is made here may be for: never more than its maker may, who has to be so much in its groups. */
export function useTokenLimits(needed: Role): TokenLimits {
  const grants = useGrants();
  const { data: groups = [] } = useQuery(groupsQuery);
  const names = groups.map(({ name }) => name).filter((name) => includesRole(roleIn(grants, name), needed));
  const held = names.map((name) => roleIn(grants, name));
  return {
    roleMax: roles.findLast((role) => held.includes(role)),
    groups: names,
    isForAll: includesRole(roleIn(grants, null), needed),
  };
}
