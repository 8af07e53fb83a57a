/** The roles, weakest first. Each may do everything that the ones before it may. */
export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;

/** What somebody may do. */
export type Role = (typeof roles)[number];

/** A role, in one gateway group or (null) in all of them and outside of any. */
export interface Grant {
  readonly group: string | null;
  readonly role: Role;
}

/** Whether a role may do what another one is required for. */
export function includesRole(held: Role, required: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(required);
}

/** The strongest role that grants give in a group, or outside of any where the group is null. */
export function roleIn(grants: readonly Grant[], group: string | null): Role | undefined {
  return strongest(grants.filter((grant) => grant.group === null || grant.group === group));
}

/** The strongest role that grants give in whichever group. */
export function roleAnywhere(grants: readonly Grant[]): Role | undefined {
  return strongest(grants);
}

/** The groups in which grants give at least this role; null where they give it everywhere. */
export function groupsWith(grants: readonly Grant[], role: Role): readonly string[] | null {
  const held = grants.filter((grant) => includesRole(grant.role, role)).map(({ group }) => group);
  return held.includes(null) ? null : held.filter((group) => group !== null);
}

/** Whether whoever holds some grants may hand out, take away or act upon others: nobody reaches above themselves. */
export function coversGrants(held: readonly Grant[], others: readonly Grant[]): boolean {
  return others.every(({ group, role }) => {
    const own = roleIn(held, group);
    return own !== undefined && includesRole(own, role);
  });
}

/** What is left of grants below a role, and in some groups only where these are not null. */
export function limitGrants(held: readonly Grant[], role: Role, groups: readonly string[] | null): Grant[] {
  const limited = ({ group, role: own }: Grant): Grant => ({ group, role: includesRole(own, role) ? role : own });
  if (groups === null) return held.map(limited);
  return groups.flatMap((group) => {
    const own = roleIn(held, group);
    return own === undefined ? [] : [limited({ group, role: own })];
  });
}

function strongest(grants: readonly Grant[]): Role | undefined {
  return roles.findLast((role) => grants.some((grant) => grant.role === role));
}
