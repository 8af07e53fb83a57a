import { queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

/** What can be read about groups as a whole. */
export const transferQueries = {
  group: (group: string) =>
    queryOptions({
      queryKey: ['group', group, 'overview', 'detail'],
      queryFn: ({ signal }) => client.send('GET /groups/{group}', { path: { group } }, { signal }),
    }),
};
