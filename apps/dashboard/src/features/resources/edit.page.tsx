import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { draftQueries } from '../../api/draft-queries.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { Requires } from '../../role-gate.tsx';
import { useGroup, useKind } from '../../scope.ts';
import { LoadingPage } from '../../ui/states.tsx';
import { Editor } from './editor.tsx';

/** An existing resource, to be changed. */
export function EditPage(): JSX.Element {
  return (
    <Requires role="editor">
      <Edit />
    </Requires>
  );
}

function Edit(): JSX.Element {
  const { plural = '', id = '' } = useParams({ strict: false }) as { plural?: string; id?: string };
  const kind = useKind(plural);
  const { data: stored } = useSuspenseQuery(groupQueries(useGroup()).resource(plural, id));
  const { draft, isPending } = useActiveDraft();
  // An editor keeps what it began with, so that it does not begin before that is known.
  if (isPending) return <LoadingPage />;
  if (draft) return <EditInDraft key={`${draft.id} ${plural} ${id}`} kind={kind} stored={stored} draft={draft.id} />;
  return <Editor key={`${plural} ${id}`} kind={kind} stored={stored} start={stored.value} />;
}

interface EditInDraftProps {
  readonly kind: Kind;
  readonly stored: Resource;
  readonly draft: number;
}

/** Goes on from what the draft makes of the resource already. */
function EditInDraft({ kind, stored, draft }: EditInDraftProps): JSX.Element {
  const query = draftQueries(useGroup()).edit(draft, kind.name, stored.id);
  // What was edited in the draft a moment ago has to be there.
  const { data: edit, isFetching, isError } = useQuery({ ...query, staleTime: 0, refetchOnWindowFocus: false });
  if (edit === undefined && isFetching && !isError) return <LoadingPage />;
  if (!edit?.value) return <Editor kind={kind} stored={stored} start={stored.value} />;
  return <Editor kind={kind} stored={stored} start={edit.value} isInDraft />;
}
