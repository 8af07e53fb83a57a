import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import { useGroup, useKind } from '../../scope.ts';
import { Editor } from './editor.tsx';

/** An existing resource, to be changed. */
export function EditPage(): JSX.Element {
  const { plural = '', id = '' } = useParams({ strict: false }) as { plural?: string; id?: string };
  const kind = useKind(plural);
  const { data: stored } = useSuspenseQuery(groupQueries(useGroup()).resource(plural, id));
  return <Editor key={`${plural} ${id}`} kind={kind} stored={stored} start={stored.value} />;
}
