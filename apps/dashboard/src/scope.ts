import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { kindWords } from './api/kind-words.ts';
import { groupQueries, sessionQuery } from './api/queries.ts';
import { grantsOf, includesRole, roleIn } from './api/roles.ts';
import type { Catalogue, Grant, Kind, Role } from './api/types.ts';

/** The gateway group that the page is about. */
export function useGroup(): string {
  const { group } = useParams({ strict: false }) as { group?: string };
  if (group === undefined) throw new Error('This page is not about a group.');
  return group;
}

/** The kinds and plugins of the group. */
export function useCatalogue(): Catalogue {
  return useSuspenseQuery(groupQueries(useGroup()).catalogue()).data;
}

/** A kind by its plural. The route table lets nobody in whose kind the control plane does not know. */
export function useKind(plural: string): Kind {
  const kind = useCatalogue().kinds.find((known) => known.plural === plural);
  if (!kind) throw new Error(`There is no kind ${plural}.`);
  return kind;
}

/** Whether whoever is signed in may do in this group what a role may. The control plane has the last word. */
export function useMay(needed: Role): boolean {
  return includesRole(useRole(), needed);
}

/** The same for what belongs to no group: users, groups themselves. */
export function useMayEverywhere(needed: Role): boolean {
  return includesRole(roleIn(useGrants(), null), needed);
}

/** The role of whoever is signed in, in this group; undefined where they have none. */
export function useRole(): Role | undefined {
  return roleIn(useGrants(), useGroup());
}

/** Every role of whoever is signed in. */
export function useGrants(): readonly Grant[] {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session ? grantsOf(session) : [];
}

/** A kind's plural as a heading: `Plugin configs`. */
export function pluralTitle(kind: Pick<Kind, 'name' | 'plural'>): string {
  const words = kindWords.get(kind.name)?.plural ?? kind.plural.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
