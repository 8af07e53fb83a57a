import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Kind } from '../../api/types.ts';
import { useGroup, useKind } from '../../scope.ts';
import { copyOf } from './draft.ts';
import { Editor } from './editor.tsx';
import { useScreen } from './screen.ts';

/** A new resource: from nothing, or as a copy of another. */
export function CreatePage(): JSX.Element {
  const { plural = '' } = useParams({ strict: false }) as { plural?: string };
  const { from } = useSearch({ strict: false }) as { from?: string };
  const kind = useKind(plural);
  return from === undefined ? <FromNothing key={plural} kind={kind} /> : <AsCopy key={from} kind={kind} from={from} />;
}

function FromNothing({ kind }: { readonly kind: Kind }): JSX.Element {
  const { start = {} } = useScreen(kind);
  return <Editor kind={kind} stored={undefined} start={start} />;
}

function AsCopy({ kind, from }: { readonly kind: Kind; readonly from: string }): JSX.Element {
  const { data: original } = useSuspenseQuery(groupQueries(useGroup()).resource(kind.plural, from));
  return <Editor kind={kind} stored={undefined} start={copyOf(original, kind)} />;
}
