import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { draftQueries } from '../../api/draft-queries.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind } from '../../api/types.ts';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { Requires } from '../../role-gate.tsx';
import { useCatalogue, useGroup, useKind } from '../../scope.ts';
import { Empty, LoadingPage } from '../../ui/states.tsx';
import { copyOf, nestedId } from './draft.ts';
import { Editor } from './editor.tsx';
import { useScreen } from './screen.ts';

/** What the address of a new resource may say: which other one it begins as a copy of, or which it is in the draft. */
export interface CreateSearch {
  readonly from?: string;
  readonly drafted?: string;
  /** The resource in which the new one shall live. */
  readonly parent?: string;
}

/** A new resource: from nothing, as a copy of another, or as a draft has it already. */
export function CreatePage(): JSX.Element {
  return (
    <Requires role="editor">
      <Create />
    </Requires>
  );
}

function Create(): JSX.Element {
  const { plural = '' } = useParams({ strict: false }) as { plural?: string };
  const { from, drafted, parent } = useSearch({ strict: false }) as CreateSearch;
  const known = useKind(plural);
  const within = parent ?? nestedId(known, drafted ?? from ?? '')?.parent;
  const kind = within === undefined ? known : { ...known, within };
  if (known.parent && within === undefined) return <NoParent kind={known} />;
  if (drafted !== undefined) return <Drafted key={drafted} kind={kind} id={drafted} />;
  return from === undefined ? <FromNothing key={plural} kind={kind} /> : <AsCopy key={from} kind={kind} from={from} />;
}

/** A resource that only the draft at hand has; without that draft it is begun anew. */
function Drafted({ kind, id }: { readonly kind: Kind; readonly id: string }): JSX.Element {
  const { draft, isPending } = useActiveDraft();
  if (isPending) return <LoadingPage />;
  return draft ? <AsDrafted kind={kind} draft={draft.id} id={id} /> : <FromNothing kind={kind} />;
}

/** A resource that lives in another one is begun there. */
function NoParent({ kind }: { readonly kind: Kind }): JSX.Element {
  const { kinds } = useCatalogue();
  const parent = kinds.find(({ name }) => name === kind.parent?.kind);
  return (
    <Empty
      title={`Where shall the ${kind.label} be?`}
      hint={`Open a ${parent?.label ?? 'resource'} and add it there.`}
    />
  );
}

function FromNothing({ kind }: { readonly kind: Kind }): JSX.Element {
  const { start = {} } = useScreen(kind);
  return <Editor kind={kind} stored={undefined} start={start} />;
}

function AsCopy({ kind, from }: { readonly kind: Kind; readonly from: string }): JSX.Element {
  const { data: original } = useSuspenseQuery(groupQueries(useGroup()).resource(kind.plural, from));
  return <Editor kind={kind} stored={undefined} start={copyOf(original, kind)} />;
}

interface AsDraftedProps {
  readonly kind: Kind;
  readonly draft: number;
  readonly id: string;
}

function AsDrafted({ kind, draft, id }: AsDraftedProps): JSX.Element {
  const query = draftQueries(useGroup()).edit(draft, kind.name, id);
  const { data: edit, isFetching, isError } = useQuery({ ...query, staleTime: 0, refetchOnWindowFocus: false });
  if (edit === undefined && isFetching && !isError) return <LoadingPage />;
  if (!edit?.value) return <FromNothing kind={kind} />;
  // The id was chosen when it was put into the draft; another one would make a second resource.
  return (
    <Editor
      kind={kind}
      stored={undefined}
      start={{ ...edit.value, [kind.id_field]: nestedId(kind, id)?.own ?? id }}
      isInDraft
    />
  );
}
