import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { kindWords } from './api/kind-words.ts';
import { groupQueries, sessionQuery } from './api/queries.ts';
import type { Catalogue, Kind, Role } from './api/types.ts';

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

const ranks: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, admin: 2, owner: 3 };

/** Why whoever is signed in may not change anything here; undefined where they may. The control plane has the last word. */
export function useWriteRefusal(): string | undefined {
  const role = useRole();
  return ranks[role] >= ranks.editor ? undefined : `Your role, ${role}, may look but not change anything.`;
}

/** Why whoever is signed in may not have a request explained: it runs through a data plane, and may be sent on. */
export function useExplainRefusal(): string | undefined {
  const role = useRole();
  return ranks[role] >= ranks.editor ? undefined : `Running requests takes an editor; your role is ${role}.`;
}

/** The same for what decides who else gets in. */
export function useAdminRefusal(): string | undefined {
  const role = useRole();
  return ranks[role] >= ranks.admin ? undefined : `This takes an administrator; your role is ${role}.`;
}

function useRole(): Role {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session?.user.role ?? 'viewer';
}

/** A kind's plural as a heading: `Plugin configs`. */
export function pluralTitle(kind: Pick<Kind, 'name' | 'plural'>): string {
  const words = kindWords.get(kind.name)?.plural ?? kind.plural.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
