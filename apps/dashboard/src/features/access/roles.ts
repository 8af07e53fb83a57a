import { includesRole, roles } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';

/** What a role may do, in a few words. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: may look',
  editor: 'Editor: changes the configuration',
  admin: 'Admin: and decides who gets in',
  owner: 'Owner: and makes owners',
};

/** The roles that somebody may give: none above their own, and only owners make owners. */
export function rolesToGive(held: Role | undefined): { value: Role; label: string }[] {
  return roles.filter((role) => includesRole(held, role)).map((role) => ({ value: role, label: roleWords[role] }));
}
