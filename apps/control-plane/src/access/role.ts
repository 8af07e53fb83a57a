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
  const held = grants.filter((grant) => grant.group === null || grant.group === group).map((grant) => grant.role);
  return roles.findLast((role) => held.includes(role));
}
