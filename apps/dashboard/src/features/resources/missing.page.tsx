import { useInfiniteQuery } from '@tanstack/react-query';
import { type ErrorComponentProps, useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { ApiError } from '../../api/errors.ts';
import { historyQueries } from '../../api/history-queries.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { NotFound, RouteFailure } from '../../route-states.tsx';
import { pluralTitle, useGroup, useKind } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { LoadingPage } from '../../ui/states.tsx';
import { ResourceHistory } from './resource-history.tsx';

/** A resource that could not be read: one that was deleted has a history, and a way back. */
export function MissingPage(props: ErrorComponentProps): JSX.Element {
  if (props.error instanceof ApiError && props.error.status === 404) return <Deleted />;
  return <RouteFailure {...props} />;
}

function Deleted(): JSX.Element {
  const group = useGroup();
  const { plural = '', id = '' } = useParams({ strict: false }) as { plural?: string; id?: string };
  const kind = useKind(plural);
  const query = useInfiniteQuery(historyQueries(group).resource(plural, id));
  if (query.isPending) return <LoadingPage />;
  if (!query.data?.pages[0]?.list.length) return <NotFound />;
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.resources(group, plural)}>
            {pluralTitle(kind)}
          </TextLink>
        }
        title={id}
        description={`This ${kind.label} was deleted. Any of its versions can be restored.`}
      />
      <ResourceHistory kind={kind} id={id} />
    </>
  );
}
