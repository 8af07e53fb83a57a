import type { Grant, Role, Session } from './types.ts';

/** The roles, weakest first; each may do everything that the ones before it may. */
export const roles: readonly Role[] = ['viewer', 'editor', 'admin', 'owner'];

/** Whether a role may do what another one is needed for. */
export function includesRole(held: Role | undefined, needed: Role): boolean {
  return held !== undefined && roles.indexOf(held) >= roles.indexOf(needed);
}

/** The strongest role that grants give in a group, or outside of any where the group is null. */
export function roleIn(grants: readonly Grant[], group: string | null): Role | undefined {
  const held = grants.filter((grant) => grant.group === null || grant.group === group).map(({ role }) => role);
  return roles.findLast((role) => held.includes(role));
}

/** Every role of a session; a control plane of the version before tells only the one that holds everywhere. */
export function grantsOf({ grants, user }: Session): readonly Grant[] {
  return grants ?? (user.role ? [{ group: null, role: user.role }] : []);
}
