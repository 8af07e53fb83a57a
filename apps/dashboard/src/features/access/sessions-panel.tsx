import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import { messageOf } from '../../api/errors.ts';
import { Panel } from '../../ui/panel.tsx';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { PageBar, usePage } from './page-bar.tsx';
import { SessionsTable } from './sessions-table.tsx';
import { useEndSession } from './use-end-session.ts';

/** Every browser that is signed in. */
export function SessionsPanel(): JSX.Element {
  const query = useQuery(accessQueries.sessions(usePage()));
  const ending = useEndSession(({ id }) => accessCommands.endSession(id));
  return (
    <Panel flush>
      {query.isPending && <LoadingRows rows={4} />}
      {query.isError && (
        <Failure title="The sessions could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data && (
        <>
          <SessionsTable sessions={query.data.list} showsUsers onEnd={ending.mutate} />
          <PageBar total={query.data.total} />
        </>
      )}
    </Panel>
  );
}
