import type { Settings } from '../../config/settings.ts';
import { StartError } from '../../start-error.ts';
import { type Role, roles } from '../role.ts';

/** What a value of the provider's claim gives. */
export interface MappedRoles {
  readonly role: Role | null;
  readonly groups: readonly { readonly group: string; readonly role: Role }[];
}

/** What each value gives, and what everybody else gets; checked once, when the control plane starts. */
export interface RoleMapping {
  readonly byValue: ReadonlyMap<string, MappedRoles>;
  readonly fallback: Role | null;
}

type MappingSettings = Pick<Settings, 'oidc_issuer' | 'oidc_role_mapping'>;

/** Whether roles of users come from the provider; else they are given in Sluice. */
export function hasRoleMapping({ oidc_issuer: issuer, oidc_role_mapping: mapping }: MappingSettings): boolean {
  return issuer !== undefined && Object.keys(mapping).length > 0;
}

/** Reads the mapping of the settings. Throws a StartError that names the entry that cannot be read. */
export function readRoleMapping(mapping: Readonly<Record<string, string>>, fallback: Role | undefined): RoleMapping {
  const entries = Object.entries(mapping).map(([value, text]) => [value, readRoles(value, text)] as const);
  return { byValue: new Map(entries), fallback: fallback ?? null };
}

/** What somebody with these values may do: of several roles in one place the strongest. */
export function rolesOfClaims({ byValue, fallback }: RoleMapping, values: readonly string[]): MappedRoles {
  const given = values.flatMap((value) => byValue.get(value) ?? []);
  const everywhere = given.map(({ role }) => role).filter((role) => role !== null);
  const groups = new Map<string, Role>();
  for (const { group, role } of given.flatMap((roles) => roles.groups))
    groups.set(group, stronger(role, groups.get(group)));
  const role = roles.findLast((candidate) => everywhere.includes(candidate)) ?? null;
  const isNobody = role === null && groups.size === 0;
  return {
    role: isNobody ? fallback : role,
    groups: [...groups].map(([group, held]) => ({ group, role: held })),
  };
}

/** The texts of a claim that may be nested: `realm_access.roles`. A single text counts as a list of one. */
export function claimTexts(claims: Readonly<Record<string, unknown>>, path: string): string[] {
  // A provider may have names with dots of its own, such as "https://example.org/roles".
  const value = claims[path] ?? path.split('.').reduce<unknown>(inside, claims);
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

function inside(value: unknown, key: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isObject ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function readRoles(value: string, text: string): MappedRoles {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const grants = words.map((word) => {
    const at = word.lastIndexOf(':');
    const role = roles.find((candidate) => candidate === word.slice(at + 1));
    if (!role || at === 0)
      throw new StartError(`SLUICE_OIDC_ROLE_MAPPING: "${value}" gives "${word}", which is no role.`);
    return { group: at < 0 ? null : word.slice(0, at), role };
  });
  const everywhere = grants.filter(({ group }) => group === null).map(({ role }) => role);
  const groups = grants.flatMap(({ group, role }) => (group === null ? [] : [{ group, role }]));
  return { role: roles.findLast((role) => everywhere.includes(role)) ?? null, groups };
}

function stronger(role: Role, other: Role | undefined): Role {
  return other !== undefined && roles.indexOf(other) > roles.indexOf(role) ? other : role;
}
